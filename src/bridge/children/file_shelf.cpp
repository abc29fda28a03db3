#include "bridge/children/file_shelf.hpp"

#include "core/crypto.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

constexpr std::string_view mark_entry = "mark";
constexpr std::size_t digits_of_a_mark = 8;

std::string short_mark(std::string_view mark) {
    const digest d = sha256(mark);
    return hex_encode(as_text(d)).substr(0, digits_of_a_mark);
}

}  // namespace

std::string with_mark(std::string state, std::string_view mark) {
    return mark.empty() ? state : mapping::with_entry(std::move(state), mark_entry, short_mark(mark));
}

bool is_outdated(const stored_child& c, std::string_view mark) {
    const std::string_view written = c.carried(mark_entry);
    return !written.empty() && !mark.empty() && written != short_mark(mark);
}

const stored_child* file_shelf::find(std::int64_t number) const { return find_number(all, number); }

const stored_child* file_shelf::find(std::string_view rule, std::string_view text) const {
    if (text.empty()) return nullptr;
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const stored_child& c) { return c.carried(rule) == text; });
    return at == all.end() ? nullptr : &*at;
}

std::size_t file_shelf::bytes() const {
    std::size_t sum = 0;
    for (const stored_child& c : all) {
        std::int64_t size = 0;
        if (c.reader.carry().entry(file_rules::size).to_int64(size) && size > 0)
            sum += static_cast<std::size_t>(size);
    }
    return sum;
}

void file_shelf::stand_in(stored_child& c, std::string_view file_name, const file_facts& facts) {
    const std::string media = sort_of_file(*c.programs->source, file_name, {}).media;
    std::string& out = texts_.emplace_back();
    json::writer w(out);
    w.begin_object().member("v", std::int64_t{1}).key("of").begin_array();
    w.string(stored_child::kind_of(*c.programs)).integer(c.number).end_array();
    w.member("r", c.reader.carry().revision() + 1).member("t", "").key("s").begin_object();
    if (!media.empty()) w.member(file_rules::media, media);
    w.member(file_rules::size, static_cast<std::int64_t>(facts.size)).member(file_rules::hash, facts.sha256);
    w.end_object().end_object();
    c.reader.carry().offer(out, 0, true);
}

file_sort sort_of_file(const mapping::table& files, std::string_view name, std::string_view media) {
    const auto dot = name.rfind('.');
    const std::string extension = dot == std::string_view::npos ? std::string() : lower(name.substr(dot));
    const json::value rows = files.at.where.member("types");
    for (const auto& [none, row] : rows.elements()) {
        const json::value known = row.member("extensions").member(extension);
        if (known.is_string()) return {std::string(row.member("type").text()), std::string(known.text())};
    }
    for (const auto& [none, row] : rows.elements()) {
        if (media.starts_with(row.member("media").text()))
            return {std::string(row.member("type").text()), {}};
    }
    return {};
}

}  // namespace casebridge::bridge
