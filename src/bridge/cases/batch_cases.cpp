// Many cases by one request. They are read in pages, by number; then each case that changes costs its own
// write, a few at a time. What was done is reported as done: when the deadline nears, the rest is left
// alone and says so.
#include "bridge/session.hpp"
#include "http/side_by_side.hpp"

#include <algorithm>
#include <map>

namespace casebridge::bridge {
namespace {

using platform::case_listing;
using platform::outcome;
using platform::reply_ptr;

constexpr std::size_t cases_per_page = 200;  // their numbers are a target of some 3 KB
constexpr std::size_t external_ids_per_page = 50;
constexpr std::size_t writes_at_a_time = 4;
constexpr std::chrono::seconds longest_wait_for_locks{5};  // as Tracecat's (its fact sheet §1.9)
// What is kept of the time for the answer: a tenth, at most this.
constexpr std::chrono::milliseconds most_reserve{1000};

constexpr std::string_view out_of_time = "Not attempted: the time for this request was used up";

}  // namespace

class exchange::batch final : public http::steps {
public:
    batch(exchange& e, session& s)
        : exchange_(e), session_(s), removes_(s.op.action == platform::verb::remove) {
        const auto now = http::clock::now();
        stop_ = s.op.deadline - std::min<http::clock::duration>((s.op.deadline - now) / 10, most_reserve);
        lock_until_ = std::min(stop_, now + longest_wait_for_locks);
    }

    task<result<outcome>> run();
    task<void> run_step(std::size_t index) override;

private:
    struct target {
        std::int64_t number = 0;
        write_gate::pass pass;
        json::value stored;  // on one of the pages, or read again; absent: no such case
        reply_ptr again;
        result<void> how;
        explicit target(std::int64_t n) : number(n), how(fail(errc::not_found, "no such case here")) {}
    };

    task<result<void>> resolve();
    task<result<void>> lock();
    task<result<void>> read(std::size_t first, std::size_t last);
    task<result<void>> write(target& t);
    target* find(std::int64_t number);
    result<outcome> report();

    exchange& exchange_;
    session& session_;
    bool removes_;
    http::time_point stop_, lock_until_;
    std::map<uuid, std::int64_t> numbers_;  // of those ids that are known
    std::vector<target> targets_;  // by number, which is the order of the locks
    std::vector<reply_ptr> pages_;
    std::size_t begun_ = 0;  // where the page that is being written begins
    std::shared_ptr<const mapping::field_set> fields_;
    std::shared_ptr<const people> people_;
};

// Ids of ours tell their number; those that a migration left are looked up, many at a time.
task<result<void>> exchange::batch::resolve() {
    std::map<std::string, uuid> foreign;
    for (const uuid& id : session_.op.ids) {
        if (const auto number = session_.state.ids().decode(id_kind::case_, id))
            numbers_.emplace(id, *number);
        else
            foreign.emplace(exchange_.tables_.left().platform + ":" + id.to_string(), id);
    }
    for (auto at = foreign.begin(); at != foreign.end();) {
        case_listing what;
        for (; at != foreign.end() && what.external_ids.size() < external_ids_per_page; ++at)
            what.external_ids.push_back(at->first);
        what.limit = what.external_ids.size();
        CB_CO_TRY(const auto page, co_await exchange_.backend_.list_cases(session_.ctx, what));
        for (const auto& [none, doc] : page->data.elements()) {
            const auto known = foreign.find(std::string(exchange_.backend_.external_id_of(doc)));
            if (known != foreign.end()) numbers_.emplace(known->second, exchange_.backend_.number_of(doc));
        }
    }
    std::vector<std::int64_t> sorted;
    for (const auto& [id, number] : numbers_) sorted.push_back(number);
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    targets_.reserve(sorted.size());
    for (const auto number : sorted) targets_.emplace_back(number);
    co_return result<void>{};
}

// All of them, in the order of their numbers, so that two batches never wait for each other.
task<result<void>> exchange::batch::lock() {
    for (target& t : targets_) {
        auto pass = co_await exchange_.gate_.enter(case_key(session_, t.number), lock_until_);
        if (!pass) co_return fail(errc::conflict, "the cases are being written by others", "/case_ids");
        t.pass = std::move(pass);
    }
    co_return result<void>{};
}

exchange::batch::target* exchange::batch::find(std::int64_t number) {
    const auto it = std::lower_bound(targets_.begin(), targets_.end(), number,
                                     [](const target& t, std::int64_t n) { return t.number < n; });
    return it != targets_.end() && it->number == number ? &*it : nullptr;
}

task<result<void>> exchange::batch::read(std::size_t first, std::size_t last) {
    case_listing what;
    what.by = case_listing::order::number;
    what.descending = false;
    what.limit = last - first;
    for (std::size_t i = first; i < last; ++i) what.numbers.push_back(targets_[i].number);
    pages_.clear();
    for (bool more = true; more;) {
        CB_CO_TRY(auto page, co_await exchange_.backend_.list_cases(session_.ctx, what));
        for (const auto& [none, doc] : page->data.elements()) {
            what.beyond_number = exchange_.backend_.number_of(doc);
            target* t = find(*what.beyond_number);
            if (t != nullptr && exchange_.visible(session_, doc)) t->stored = doc;
        }
        more = page->more && page->data.size() > 0;
        pages_.push_back(std::move(page));
    }
    co_return result<void>{};
}

task<result<void>> exchange::batch::write(target& t) {
    if (!removes_) {
        case_past past = exchange_.past_of(t.number, t.stored);
        auto done =
            co_await exchange_.change_stored_case(session_, t.number, t.stored, *fields_, *people_, past);
        for (int races = 0; is_race(done) && races < most_races; ++races) {
            CB_CO_TRY(t.again, co_await exchange_.backend_.read_case(session_.ctx, t.number));
            t.stored = t.again->data;
            past = exchange_.past_of(t.number, t.stored);
            past.told = true;
            done =
                co_await exchange_.change_stored_case(session_, t.number, t.stored, *fields_, *people_, past);
        }
        CB_CO_CHECK(done);
        if (http::clock::now() < stop_) co_await exchange_.settle_history(session_, past, true);
        co_return result<void>{};
    }
    if (exchange_.options_.shadow) co_return shadow_refusal();
    co_return co_await exchange_.backend_.remove_case(session_.ctx, t.number);
}

task<void> exchange::batch::run_step(std::size_t index) {
    target& t = targets_[begun_ + index];
    if (!t.stored) co_return;
    if (http::clock::now() >= stop_) {
        t.how = fail(errc::invalid_value, std::string(out_of_time));
        co_return;
    }
    auto how = co_await write(t);
    t.how = std::move(how);
}

task<result<outcome>> exchange::batch::run() {
    if (!removes_) {
        CB_CO_TRY(fields_, co_await session_.state.load_fields(session_.ctx));
        CB_CO_TRY(people_, co_await session_.state.load_people(session_.ctx));
    }
    CB_CO_CHECK(co_await resolve());
    CB_CO_CHECK(co_await lock());
    for (begun_ = 0; begun_ < targets_.size();) {
        const std::size_t end = std::min(begun_ + cases_per_page, targets_.size());
        auto got = co_await read(begun_, end);
        if (got.has_error()) {
            if (begun_ == 0) co_return got.error();  // nothing was done
            for (std::size_t i = begun_; i < targets_.size(); ++i) targets_[i].how = got.error();
            break;
        }
        co_await http::run_side_by_side(*this, end - begun_, writes_at_a_time);
        for (; begun_ < end; ++begun_) {
            targets_[begun_].stored = {};
            const auto done = std::move(targets_[begun_].pass);
        }
    }
    co_return report();
}

result<outcome> exchange::batch::report() {
    outcome out;
    for (const uuid& id : session_.op.ids) {
        const auto number = numbers_.find(id);
        if (number == numbers_.end()) {
            out.each.emplace_back(fail(errc::not_found, "no case with this id"));
            continue;
        }
        out.each.push_back(find(number->second)->how);
    }
    if (!exchange_.options_.shadow) return out;
    for (const auto& one : out.each) {  // a bridge that writes nothing says so as for one case
        if (one.has_error() && one.error().code == errc::read_only) return one.error();
    }
    return out;
}

task<result<outcome>> exchange::run_batch(session& s) {
    batch all(*this, s);
    co_return co_await all.run();
}

}  // namespace casebridge::bridge
