// The façade's dealings with the bridge: lists and single objects.
#include "platform/threatconnect/facade/bodies.hpp"
#include "platform/threatconnect/facade/context.hpp"
#include "platform/threatconnect/facade/envelope.hpp"
#include "platform/threatconnect/facade/facade.hpp"
#include "platform/threatconnect/facade/options.hpp"

#include "core/base64.hpp"
#include "core/timestamp.hpp"

#include <charconv>

namespace casebridge::platform::threatconnect {
namespace {

constexpr std::size_t shortest_external_id = 10;   // §4.1, xid
constexpr std::size_t deepest_body = 64;
constexpr std::string_view idempotency_header = "idempotency-key";
constexpr std::string_view created = "Created", updated = "Updated", deleted = "Deleted";

bool is_blank(std::string_view text) noexcept {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
    std::int64_t n = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || n < 0) return std::nullopt;
    return n;
}

// A number that may as well be an external id made of digits.
bool is_ambiguous(const record_request& r, const std::string& id) noexcept {
    return r.number && id.size() >= shortest_external_id;
}

// About what an answer takes; files are the part of it that matters.
std::size_t size_of(const record_answer& a) noexcept {
    std::size_t n = 256;
    for (const auto& d : a.documents) n += d.size() + 1;
    for (const auto& c : a.contents) n += base64_length(c.size());
    return n;
}

}  // namespace

bool facade::read_query(context& c, record_request& r) const {
    const query::vocabulary* words = find_vocabulary(c.object().path);
    const std::string* tql = c.given.find("tql");
    const std::string* sorting = c.given.find("sorting");
    if (words && tql && !is_blank(*tql)) {
        auto wanted =
            query::read_condition(*tql, *words, find_vocabulary, instant{options_.now() * 1'000'000});
        if (wanted.has_error()) {
            word(c, wanted.error());
            return false;
        }
        r.wanted = std::move(*wanted);
    }
    if (words && sorting && !is_blank(*sorting)) {
        auto order = query::read_sorting(*sorting, *words);
        if (order.has_error()) {
            word(c, order.error());
            return false;
        }
        r.order = std::move(*order);
    }
    return true;
}

task<void> facade::list(context& c) {
    record_request r = start(c, record_verb::list);
    const auto page = read_page(c.given);
    if (page.has_error()) {
        refuse(c, page.error());
        co_return;
    }
    if (!read_query(c, r)) co_return;
    r.offset = page->start;
    r.limit = page->limit;
    // Clients read the total of the first page whether they asked for it or not (§3.3).
    r.count = r.offset == 0;
    record_answer a;
    bool done = true;
    if (c.object().kind) done = co_await run(c, r, a);
    if (done) answer_list(c, r, a);
}

void facade::answer_list(context& c, const record_request& r, record_answer& a) const {
    page_frame frame;
    const std::string path =
        std::string(c.found.api_prefix ? "/api" : "") + "/v3/" + std::string(c.object().path);
    // Never a next page behind an empty one: some clients take that for an error (§3.1).
    if (a.more && !a.documents.empty())
        frame.next = links_.page(path, c.given, {r.offset + r.limit, r.limit});
    if (r.offset > 0)
        frame.prev =
            links_.page(path, c.given, {r.offset - std::min<std::uint64_t>(r.offset, r.limit), r.limit});
    if (r.count) frame.count = a.total;
    if (r.count && !a.total && !a.more) frame.count = a.documents.size();
    std::string body;
    body.reserve(size_of(a) + frame.next.size() + frame.prev.size());
    open_page(body, frame);
    body += '[';
    json::tape document;
    surroundings with{std::move(a.contents), options_.public_url};
    bool first = true;
    for (const std::string& each : a.documents) {
        if (document.parse(each, {}).has_error()) return word(c, fail(errc::internal));
        if (!first) body += ',';
        first = false;
        append_shown(body, c.object(), document.root(), c.asked, with);
    }
    body += ']';
    close_page(c.res, std::move(body), frame);
}

// Names that cannot be had are not listed; what else there is to say needs no backend.
task<void> facade::describe_object(context& c) {
    allowed_names names;
    for (const field& f : c.object().fields) {
        const object_model* of = f.named_in.empty() ? nullptr : find_object(f.named_in);
        if (!of || !of->kind) continue;
        record_request r = start(c, record_verb::list);
        r.what = *of->kind;
        r.members.clear();
        r.limit = most_results;
        const auto all = co_await backend_->run(r);
        if (all.has_error()) continue;
        json::tape document;
        for (const std::string& each : all->documents)
            if (document.parse(each, {}).has_value())
                names[f.named_in].emplace_back(document.root().member("name").text());
    }
    const std::string* shown = c.given.find("show");
    answer_json(c.res, 200, describe(c.object(), shown && http::iequals(*shown, "readonly"), names));
}

// {id} is a number, or an external id where the object has them.
bool facade::name_record(context& c, record_request& r) const {
    r.number = whole_number(c.found.id);
    if (r.number && c.object().kind) return true;
    if (c.object().kind && c.object().external_ids) {
        r.external_id = c.found.id;
        return true;
    }
    word(c, fail(errc::not_found));
    return false;
}

bool facade::answer_one(context& c, record_answer& a, unsigned status, std::string_view message) const {
    json::tape document;
    if (a.documents.size() != 1 || document.parse(a.documents.front(), {}).has_error()) {
        word(c, fail(errc::internal));
        return false;
    }
    std::string body;
    body.reserve(size_of(a));
    open_object(body);
    surroundings with{std::move(a.contents), options_.public_url};
    append_shown(body, c.object(), document.root(), c.asked, with);
    close_object(c.res, status, std::move(body), message);
    return true;
}

task<void> facade::read(context& c) {
    record_request r = start(c, record_verb::read);
    if (!name_record(c, r)) co_return;
    record_answer a;
    bool done = co_await run_named(c, r, a);
    if (done) answer_one(c, a, 200, {});
}

bool facade::parse_body(context& c, json::tape& given) const {
    json::policy strict;
    strict.max_depth = deepest_body;
    strict.refuse_duplicate_keys = true;
    const auto read = given.parse(c.req.body, strict);
    if (read.has_error())
        refuse(c, {err::improper, "The request was not properly formed: " + read.error().detail});
    return read.has_value();
}

bool facade::read_document(context& c, record_request& r) const {
    json::tape given;
    if (!parse_body(c, given)) return false;
    auto body = read_body(c.object(), given.root(), c.what() == action::create, c.where->organization);
    if (body.has_error()) {
        refuse(c, body.error());
        return false;
    }
    c.body = std::move(body->text);
    r.contents = std::move(body->contents);
    if (c.tape.parse(c.body, {}).has_error()) {
        word(c, fail(errc::internal));
        return false;
    }
    r.document = c.tape.root();
    return true;
}

// Clients send removals with a body and no content type; most objects do without one (§2.3, §4.6).
bool facade::read_removal(context& c, record_request& r) const {
    if (c.object().reason.empty()) return true;
    json::tape given;
    if (!c.req.body.empty() && !parse_body(c, given)) return false;
    auto reason = read_reason(c.object(), given.empty() ? json::value{} : given.root());
    if (reason.has_error()) {
        refuse(c, reason.error());
        return false;
    }
    r.reason = std::move(*reason);
    return true;
}

task<void> facade::write(context& c) {
    const bool creation = c.what() == action::create;
    record_request r = start(c, creation ? record_verb::create : record_verb::update);
    if (!creation && !name_record(c, r)) co_return;
    if (!read_document(c, r)) co_return;
    if (const std::string* key = c.req.find(idempotency_header); key && creation) r.idempotency_key = *key;
    record_answer a;
    bool done = co_await run_named(c, r, a);
    if (done) answer_one(c, a, creation ? 201 : 200, creation ? created : updated);
}

task<void> facade::remove(context& c) {
    record_request r = start(c, record_verb::remove);
    if (!name_record(c, r) || !read_removal(c, r)) co_return;
    record_answer a;
    const bool done = co_await run_named(c, r, a);
    if (done) answer_object(c.res, 200, {}, deleted);
}

// By number first; what looks like one but is none may be an external id.
task<bool> facade::run_named(context& c, record_request& r, record_answer& out) {
    if (!c.object().external_ids || !is_ambiguous(r, c.found.id)) co_return co_await run(c, r, out);
    auto first = co_await backend_->run(r);
    if (first.has_value()) co_return take(c, std::move(first), out);
    if (first.error().code != errc::not_found) co_return take(c, std::move(first), out);
    r.number.reset();
    r.external_id = c.found.id;
    co_return co_await run(c, r, out);
}

// Without a query it would be everything: that is not what anybody means.
task<void> facade::remove_many(context& c) {
    record_request r = start(c, record_verb::remove);
    const std::string* tql = c.given.find("tql");
    if (!tql || is_blank(*tql)) {
        refuse(c, {err::missing, "The tql query parameter is required to delete more than one " +
                                     std::string(c.object().entity)});
        co_return;
    }
    if (!read_query(c, r) || !read_removal(c, r)) co_return;
    record_answer a;
    const bool done = co_await run(c, r, a);
    if (done) answer_object(c.res, 200, {}, deleted);
}

}  // namespace casebridge::platform::threatconnect
