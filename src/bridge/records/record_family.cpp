// Children of cases read from the store: a request for each list that is needed and that the case does not
// already say to be empty, few at a time.
#include "bridge/records/record_session.hpp"
#include "core/crypto.hpp"
#include "http/side_by_side.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace casebridge::bridge {

using platform::case_store;
using platform::record_kind;
using platform::stored_case_ptr;

namespace {

constexpr std::size_t at_a_time = 4;
constexpr std::size_t most_file_bytes = 100U << 20U;  // of the files that one answer holds
constexpr std::string_view bytes_entry = "fileData", size_member = "size", hash_member = "sha256";

std::size_t size_of(const family_child& c) noexcept {
    std::int64_t n = 0;
    c.told().member(size_member).to_int64(n);
    return n > 0 ? static_cast<std::size_t>(n) : 0;
}

}  // namespace

family_ptr records::make_family(session& s, const stored_case_ptr& c) const {
    const auto& programs = tables_.object("case");
    auto out = std::make_shared<family>(c, *programs.reverse, s.state.sources().realm(),
                                        s.refs->case_number(c->number));
    const auto* member = programs.reverse->find(programs.source->external_id_member());
    std::string text;
    json::tape t;
    if (member != nullptr && programs.reverse->append(*member, out->subject(), *s.refs, text, s.notes) &&
        t.parse(text, {}).has_value())
        out->external_id = t.root().text();
    return out;
}

struct records::family_reads final : http::steps {
    family_reads(records& all, session& here) : owner(all), s(here) {}
    struct job {
        family* of;
        const child_kind* kind;
        result<platform::reply_ptr> done = fail(errc::internal);
    };
    task<void> run_step(std::size_t i) override {
        job& j = jobs[i];
        j.done = co_await owner.store_.list_children(s.ctx, j.of->holder()->id, *j.kind->native);
    }
    records& owner;
    session& s;
    std::vector<job> jobs;
};

task<result<void>> records::load_children(session& s, std::vector<family_ptr>& families, native_lists lists) {
    if (lists.tasks) {
        CB_CO_TRY(lists.tasks, co_await store_.offers(s.ctx, case_store::child::task));
    }
    family_reads reads(*this, s);
    for (const auto& f : families) {
        for (const auto& kind : child_kinds()) {
            if (kind.native && lists.has(*kind.native) && !f->took(kind) && !f->has_none(kind))
                reads.jobs.push_back({f.get(), &kind});
        }
    }
    s.asked_lists += reads.jobs.size();
    if (families.size() > 1 && s.asked_lists > options_.child_reads)
        co_return fail(
            errc::filter_too_broad,
            "what hangs on more than " + std::to_string(options_.child_reads) +
                " cases would have to be read case by case; name a case (caseId = …), or ask for fewer at "
                "a time");
    co_await http::run_side_by_side(reads, reads.jobs.size(), at_a_time);
    for (auto& j : reads.jobs) {
        // Deleted meanwhile: nothing hangs on it any more.
        if (j.done.has_error() && j.done.error().code == errc::not_found) continue;
        if (j.done.has_error()) co_return j.done.error();
        std::shared_ptr<const platform::reply> list = std::move(*j.done);
        j.of->take(*j.kind, std::move(list));
    }
    co_return result<void>{};
}

// The artifacts whose bytes are asked for, wherever they stand in what is asked for.
void records::find_files(const family& f, const family_child* c, const wish& w, file_list& out) const {
    if (c != nullptr && c->kind->what == record_kind::artifact && w.contains(bytes_entry))
        out.push_back({&f, c});
    const auto nested = [&](std::string_view member, const std::vector<const family_child*>& list) {
        if (!asks_for(w, member)) return;
        const wish part = below(w, member);
        for (const auto* each : list) find_files(f, each, part, out);
    };
    const bool has_artifacts = c == nullptr || c->kind->what == record_kind::task;
    if (has_artifacts) nested("artifacts", f.children(c, record_kind::artifact));
    if (c == nullptr) nested("tasks", f.children(c, record_kind::task));
    if (c == nullptr) return;
    for (const std::string_view up : {"artifact", "task"}) {
        const auto* kind = find_child_kind(std::string(up) + "s");
        const auto* other = f.find(kind->what, c->relation(kind->number));
        if (other != nullptr) nested(up, {other});
    }
    if (asks_for(w, "parentCase")) find_files(f, nullptr, below(w, "parentCase"), out);
}

// Their bytes become contents of the answer.
task<result<void>> records::load_files(session& s, file_list files) {
    std::size_t total = 0;
    for (const auto& [f, c] : files) total += size_of(*c);
    if (files.size() > 1 && total > most_file_bytes)
        co_return fail(errc::filter_too_broad, "the files of this page have " + std::to_string(total) +
                                                   " bytes; ask for fewer artifacts at a time");
    for (const auto& [f, c] : files) {
        const std::int64_t number = f->number_of(*c);
        if (s.files.contains(number)) continue;
        std::string bytes;
        if (const json::value kept = c->entries.member(bytes_entry); kept.is_string()) {
            auto decoded = base64_decode(kept.text());
            if (!decoded) continue;
            bytes = std::move(*decoded);
        } else if (const auto id = uuid::parse(c->stored_id)) {
            const std::string hash(c->told().member(hash_member).text());
            CB_CO_TRY(bytes, co_await store_.download(s.ctx, f->holder()->id, *id, hash));
        } else {
            continue;
        }
        s.files.emplace(number, s.contents.size());
        s.contents.push_back(std::move(bytes));
    }
    co_return result<void>{};
}

}  // namespace casebridge::bridge
