// The routes of cases (Tracecat fact sheet §1).
#include "sandbox/tracecat/case_documents.hpp"
#include "sandbox/tracecat/case_write.hpp"
#include "sandbox/tracecat/paging.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>
#include <set>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;
using kind = refusal_of_write::kind;

constexpr std::int64_t view_interval_micros = 5LL * 60 * 1'000'000;

bool flag(const wire::parameters& query, sv name) {
    const std::string* text = wire::last(query, name);
    return text && wire::python_bool(*text).value_or(false);
}

// field_ids: the four reserved columns are refused, unknown ones are skipped (fact sheet §1.2).
std::string read_field_ids(const wire::parameters& query, list_options& out) {
    constexpr sv reserved[] = {"id", "case_id", "created_at", "updated_at"};
    for (const http::parameter& p : query) {
        if (p.name != "field_ids") continue;
        if (std::find(std::begin(reserved), std::end(reserved), p.value) != std::end(reserved))
            return "Field " + p.value + " is a reserved field";
        if (p.value.starts_with("__tc_")) return "Field " + p.value + " is reserved for internal use";
        const bool plain = std::all_of(p.value.begin(), p.value.end(), [](char ch) {
            return ch == '_' || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
                   (ch >= 'A' && ch <= 'Z');
        });
        if (!plain) return "Identifier must contain only letters, numbers, and underscores";
        const bool known =
            std::find(out.field_ids.begin(), out.field_ids.end(), p.value) != out.field_ids.end();
        if (!p.value.empty() && !known) out.field_ids.push_back(p.value);
    }
    return {};
}

list_query read_list_query(const context& c, const case_filter& f) {
    list_query q;
    if (const std::string* text = wire::last(c.query, "limit"))
        q.limit = static_cast<std::size_t>(wire::python_integer(*text).value_or(20));
    if (const std::string* text = wire::last(c.query, "order_by"))
        q.by = read_order(*text).value_or(order::created_at);
    if (const std::string* text = wire::last(c.query, "sort")) q.descending = *text != "asc";
    q.fingerprint = fingerprint(c.where->id, q.by, q.descending, f.canonical);
    return q;
}

void write_cursor_member(json::writer& w, sv key, const std::optional<std::string>& text) {
    write_text(w, key, text);
}

void answer_page(context& c, const page& p, const list_options& options) {
    for (const incident* of : p.items) {
        if (options.payload && is_unreadable(*of, levels_above_payload_in_list)) {
            answer_generic_error(c);
            return;
        }
    }
    std::string out;
    json::writer w(out);
    w.begin_object().key("items").begin_array();
    for (const incident* of : p.items) write_list_item(w, c, *of, options);
    w.end_array();
    write_cursor_member(w, "next_cursor", p.next);
    write_cursor_member(w, "prev_cursor", p.previous);
    w.member("has_more", p.has_more).member("has_previous", p.has_previous);
    w.member("total_estimate", p.total).end_object();
    wire::answer_json(c.res, 200, std::move(out));
}

void list_page(context& c, const case_filter& f) {
    list_options options{flag(c.query, "include_rows"),
                         flag(c.query, "include_durations"),
                         flag(c.query, "include_payload"),
                         {}};
    if (const std::string bad = read_field_ids(c.query, options); !bad.empty()) {
        wire::answer_detail(c.res, 400, bad);
        return;
    }
    const list_query q = read_list_query(c, f);
    const std::string* cursor_text = wire::last(c.query, "cursor");
    page p;
    const std::string bad = c.how.version == release::today
                                ? read_page(*c.where, f, q, cursor_text, p)
                                : read_old_page(*c.where, f, q, cursor_text, flag(c.query, "reverse"), p);
    if (!bad.empty())
        wire::answer_detail(c.res, 400, bad);
    else
        answer_page(c, p, options);
}

void list(context& c) { list_page(c, {}); }

void search(context& c) {
    case_filter f;
    if (const auto bad = read_filter(*c.where, c.query, true, f))
        wire::answer_detail(c.res, bad.status, bad.text);
    else
        list_page(c, f);
}

void aggregate(context& c) {
    constexpr sv shown[] = {"new", "in_progress", "on_hold", "resolved", "closed", "unknown", "other"};
    case_filter f;
    if (const auto bad = read_filter(*c.where, c.query, false, f)) {
        wire::answer_detail(c.res, bad.status, bad.text);
        return;
    }
    const std::vector<incident*> found = find_cases(*c.where, f);
    std::string out;
    json::writer w(out);
    w.begin_object()
        .member("total", static_cast<std::int64_t>(found.size()))
        .key("status_groups")
        .begin_object();
    for (const sv status : shown) {
        w.member(status,
                 static_cast<std::int64_t>(std::count_if(found.begin(), found.end(), [&](const incident* i) {
                     return wire::statuses[i->status] == status;
                 })));
    }
    w.end_object().end_object();
    wire::answer_json(c.res, 200, std::move(out));
}

// People leave a trace when they look at a case, once in five minutes; keys do not (fact sheet §1.5).
void note_view(context& c, incident& of) {
    if (!c.who.human) return;
    const std::int64_t now = c.data.now().micros;
    for (auto e = of.events.rbegin(); e != of.events.rend(); ++e) {
        if (now - e->at.micros > view_interval_micros) break;
        if (e->type == "case_viewed" && e->user == c.who.human->id) return;
    }
    c.data.record(of, "case_viewed", {}, c.who.human->id);
}

void get(context& c) {
    incident* of = c.find_case();
    if (!of) return answer_case_missing(c);
    note_view(c, *of);
    if (is_unreadable(*of, levels_above_payload_in_case)) return answer_generic_error(c);
    wire::answer_json(c.res, 200, case_document(c, *of, flag(c.query, "include_rows")));
}

void create(context& c) {
    if (names_dropdowns(c.document()) && !require_addons(c)) return;
    const refusable bad = create_case(c, c.document(), unstorable(c));
    if (!bad) return answer_null(c);
    switch (bad->what) {
        case kind::value: return wire::answer_detail(c.res, 400, bad->text);
        case kind::validation: return answer_domain_error(c, "TracecatValidationError", bad->text);
        case kind::not_found: return answer_domain_error(c, "TracecatNotFoundError", bad->text);
        case kind::database:
        case kind::bug: return answer_generic_error(c);
    }
}

void update(context& c) {
    incident* of = c.find_case();
    if (!of) return answer_case_missing(c);
    if (names_dropdowns(c.document()) && !require_addons(c)) return;
    const refusable bad = update_case(c, *of, c.document(), unstorable(c));
    if (!bad) return wire::answer_nothing(c.res);
    switch (bad->what) {
        case kind::value: return wire::answer_detail(c.res, 400, bad->text);
        case kind::validation: return wire::answer_detail(c.res, 422, bad->text);
        case kind::not_found: return answer_domain_error(c, "TracecatNotFoundError", bad->text);
        case kind::database: return answer_database_failed(c);
        case kind::bug: return answer_generic_error(c);
    }
}

void remove(context& c) {
    const incident* of = c.find_case();
    if (!of) return answer_case_missing(c);
    c.data.remove_case(*c.where, of->id);
    wire::answer_nothing(c.res);
}

// Batches ---------------------------------------------------------------------------------------------------

std::vector<uuid> batch_ids(const context& c) {
    std::vector<uuid> out;
    std::set<uuid> seen;
    for (const auto item : c.document().member("case_ids").elements()) {
        const uuid id = wire::uuid_value(item.val.text());
        if (seen.insert(id).second) out.push_back(id);
    }
    return out;
}

using batch_step = refusable (*)(context&, incident&);

// Each case for itself: one that fails leaves the others alone.
void run_batch(context& c, batch_step step) {
    std::string out;
    json::writer w(out);
    std::int64_t succeeded = 0, failed = 0;
    w.begin_object().key("results").begin_array();
    for (const uuid& id : batch_ids(c)) {
        incident* of = c.where->find_case(id);
        const refusable bad = of ? step(c, *of) : refusal_of_write{kind::value, "Case not found"};
        if (bad && bad->what == kind::bug) return answer_generic_error(c);
        bad ? ++failed : ++succeeded;
        w.begin_object().member("case_id", id.to_string()).member("success", !bad);
        write_text(w, "error", bad ? std::optional(bad->text) : std::nullopt);
        w.end_object();
    }
    w.end_array().member("succeeded", succeeded).member("failed", failed).end_object();
    wire::answer_json(c.res, 200, std::move(out));
}

refusable update_one(context& c, incident& of) {
    return update_case(c, of, c.document().member("update"), unstorable(c));
}

refusable delete_one(context& c, incident& of) {
    c.data.remove_case(*c.where, of.id);
    return std::nullopt;
}

void batch_update(context& c) {
    if (names_dropdowns(c.document().member("update")) && !require_addons(c)) return;
    run_batch(c, update_one);
}

void batch_delete(context& c) { run_batch(c, delete_one); }

constinit const route rows[] = {
    of_workspace("GET", "/cases", "case:read", list, nullptr, &wire::case_list_query),
    of_workspace("GET", "/cases/search", "case:read", search, nullptr, &wire::case_search_query),
    of_workspace("GET", "/cases/search/aggregate", "case:read", aggregate, nullptr,
                 &wire::case_aggregate_query),
    of_workspace("POST", "/cases/batch-update", "case:update", batch_update, &wire::cases_update),
    of_workspace("POST", "/cases/batch-delete", "case:delete", batch_delete, &wire::cases_delete),
    of_workspace("GET", "/cases/{case_id}", "case:read", get, nullptr, &wire::case_get_query),
    of_workspace("POST", "/cases", "case:create", create, &wire::case_create),
    of_workspace("PATCH", "/cases/{case_id}", "case:update", update, &wire::case_update),
    of_workspace("DELETE", "/cases/{case_id}", "case:delete", remove),
};

}  // namespace

route_list case_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
