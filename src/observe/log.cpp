#include "observe/log.hpp"

#include "json/writer.hpp"
#include "observe/redact.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>

namespace casebridge::observe {
namespace {

constexpr std::size_t queue_lines = 8192;
constexpr std::array<const char*, 5> names{"debug", "info", "warn", "error", "off"};

std::atomic<level> threshold{level::info};
std::atomic<line_writer> writer_override{nullptr};

// Writes finished lines and says when a flush has come through the queue.
class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    std::uint64_t flushed() const {
        const std::lock_guard lock(done_);
        return flushes_;
    }
    bool wait_for_flush(std::uint64_t after, std::chrono::milliseconds limit) {
        std::unique_lock lock(done_);
        return changed_.wait_for(lock, limit, [&] { return flushes_ > after; });
    }

private:
    void sink_it_(const spdlog::details::log_msg& msg) override {
        std::fwrite(msg.payload.data(), 1, msg.payload.size(), stdout);
        std::fputc('\n', stdout);
        std::fflush(stdout);
    }
    void flush_() override {
        std::fflush(stdout);
        const std::lock_guard lock(done_);
        ++flushes_;
        changed_.notify_all();
    }

    mutable std::mutex done_;
    std::condition_variable changed_;
    std::uint64_t flushes_ = 0;
};

struct output {
    std::shared_ptr<line_sink> sink = std::make_shared<line_sink>();
    std::shared_ptr<spdlog::details::thread_pool> pool =
        std::make_shared<spdlog::details::thread_pool>(queue_lines, 1U);
    std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
        "casebridge", sink, pool, spdlog::async_overflow_policy::overrun_oldest);

    output() { logger->set_level(spdlog::level::trace); }
    ~output() { pool.reset(); }  // first: writes what is queued and ends the thread that uses the rest
    output(const output&) = delete;
    output& operator=(const output&) = delete;
};

output& out() {
    static output o;
    return o;
}

void append_time(std::string& line) {
    const auto now =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto millis = now.time_since_epoch().count();
    fmt::format_to(std::back_inserter(line), "{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                   fmt::gmtime(static_cast<std::time_t>(millis / 1000)), millis % 1000);
}

void write_text(json::writer& w, std::string_view key, std::string_view text) {
    if (holds_secret(text))
        w.member(key, std::string_view(redact(text)));
    else
        w.member(key, text);
}

void write_entry(json::writer& w, const entry& e) {
    if (const auto* text = std::get_if<std::string_view>(&e.value)) return write_text(w, e.key, *text);
    if (const auto* whole = std::get_if<std::int64_t>(&e.value)) {
        w.member(e.key, *whole);
    } else if (const auto* flag = std::get_if<bool>(&e.value)) {
        w.member(e.key, *flag);
    } else {
        const double number = std::get<double>(e.value);
        if (std::isfinite(number))
            w.key(e.key).raw(fmt::format("{}", number));
        else
            w.key(e.key).null();
    }
}

}  // namespace

std::string render_line(level l, std::string_view message, std::initializer_list<entry> entries) {
    std::string time;
    append_time(time);
    std::string line;
    line.reserve(256);
    json::writer w(line);
    w.begin_object().member("time", std::string_view(time)).member("level", to_string(l));
    write_text(w, "msg", message);
    for (const entry& e : entries) write_entry(w, e);
    w.end_object();
    return line;
}

void set_level(level l) { threshold.store(l, std::memory_order_relaxed); }

bool enabled(level l) noexcept { return l != level::off && l >= threshold.load(std::memory_order_relaxed); }

std::optional<level> level_from_string(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (name == names[i]) return static_cast<level>(i);
    return std::nullopt;
}

const char* to_string(level l) noexcept { return names[static_cast<std::size_t>(l)]; }

void log(level l, std::string_view message, std::initializer_list<entry> entries) {
    if (!enabled(l)) return;
    write_line(render_line(l, message, entries));
}

void write_line(const std::string& line) {
    if (const line_writer w = writer_override.load(std::memory_order_acquire)) return w(line);
    out().logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void flush() {
    auto& o = out();
    const std::uint64_t before = o.sink->flushed();
    o.logger->flush();
    o.sink->wait_for_flush(before, std::chrono::seconds(1));
}

std::uint64_t dropped_lines() { return out().pool->overrun_counter(); }

void set_writer(line_writer w) { writer_override.store(w, std::memory_order_release); }

}  // namespace casebridge::observe
