// Rows of the workspace's tables that are linked to a case (Tracecat fact sheet §3.11).
#include "sandbox/tracecat/child_models.hpp"
#include "sandbox/tracecat/cursor.hpp"
#include "sandbox/tracecat/parts.hpp"
#include "sandbox/tracecat/tables.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr std::size_t usual_limit = 20;
constexpr std::size_t most_links = 5000;
constexpr std::size_t most_tables = 10;

std::string document(const context& c, const incident& of, const linked_row& l) {
    const table* t = find_table(*c.where, l.table);
    const table_row* r = t ? find_row(*t, l.row) : nullptr;
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", l.id.to_string()).member("case_id", of.id.to_string());
    w.member("table_id", l.table.to_string());
    write_text(w, "table_name", t ? std::optional(t->name) : std::nullopt);
    w.member("row_id", l.row.to_string()).key("row_data").raw(r ? row_document(*t, *r) : "null");
    w.member("is_row_available", r != nullptr);
    write_time(w, "created_at", l.created_at);
    write_time(w, "updated_at", l.updated_at);
    w.end_object();
    return out;
}

position place_of(const linked_row& l) { return {l.created_at.micros, l.id}; }

std::vector<const linked_row*> newest_first(const incident& of) {
    std::vector<const linked_row*> out;
    for (const linked_row& l : of.rows) out.push_back(&l);
    std::sort(out.begin(), out.end(),
              [](const linked_row* a, const linked_row* b) { return place_of(*a) > place_of(*b); });
    return out;
}

struct row_page {
    std::vector<const linked_row*> items;
    bool before = false, after = false;   // there are more on that side
};

// From the cursor's place on, in its direction.
row_page cut_page(std::vector<const linked_row*> all, const list_query& q, const cursor* from) {
    row_page out;
    const bool backward = from && from->backward;
    if (backward) std::reverse(all.begin(), all.end());
    if (from) {
        const auto seen = [&](const linked_row* l) {
            return backward ? place_of(*l) <= from->at : place_of(*l) >= from->at;
        };
        all.erase(all.begin(), std::find_if_not(all.begin(), all.end(), seen));
    }
    const bool more = all.size() > q.limit;
    if (more) all.resize(q.limit);
    if (backward) std::reverse(all.begin(), all.end());
    out.items = std::move(all);
    out.after = backward || more;
    out.before = backward ? more : from != nullptr;
    return out;
}

void list(context& c) {
    const incident* of = c.find_case();
    if (!of) return answer_case_missing(c);
    list_query q;
    q.limit = usual_limit;
    if (const std::string* limit = wire::last(c.query, "limit"))
        q.limit = static_cast<std::size_t>(wire::python_integer(*limit).value_or(usual_limit));
    q.fingerprint = fingerprint(c.where->id, q.by, q.descending, "rows of " + of->id.to_string());
    cursor from;
    const std::string* sent = wire::last(c.query, "cursor");
    if (sent) {
        const std::string bad = read_cursor(*sent, q, from);
        if (!bad.empty()) return wire::answer_detail(c.res, 400, bad);
    }
    const row_page page = cut_page(newest_first(*of), q, sent ? &from : nullptr);
    const bool any = !page.items.empty();
    std::optional<std::string> next, previous;
    if (page.after && any) next = write_cursor({false, false, place_of(*page.items.back())}, q);
    if (page.before && any) previous = write_cursor({true, false, place_of(*page.items.front())}, q);
    std::string body;
    json::writer w(body);
    w.begin_object().key("items").begin_array();
    for (const linked_row* l : page.items) w.raw(document(c, *of, *l));
    end_row_page(w, next, previous);
    wire::answer_json(c.res, 200, std::move(body));
}

void record_link(context& c, incident& of, sv type, const uuid& table_id, const uuid& row) {
    const table* t = find_table(*c.where, table_id);
    boost::json::object data;
    data["table_id"] = table_id.to_string();
    if (t) data["table_name"] = t->name;
    data["row_id"] = row.to_string();
    c.data.record(of, type, std::move(data), c.who.user_id());
}

// Linking what is linked already gives the same link again.
void link_and_answer(context& c, incident& of, const table& t, const table_row& r) {
    auto at = std::find_if(of.rows.begin(), of.rows.end(),
                           [&](const linked_row& l) { return l.table == t.id && l.row == r.id; });
    if (at == of.rows.end()) {
        std::vector<uuid> tables{t.id};
        for (const linked_row& l : of.rows)
            if (std::find(tables.begin(), tables.end(), l.table) == tables.end()) tables.push_back(l.table);
        if (of.rows.size() >= most_links || tables.size() > most_tables)
            return wire::answer_detail(c.res, 400, "Too many linked rows or tables");
        const instant now = c.data.now();
        at = of.rows.insert(of.rows.end(), linked_row{c.data.new_id(), t.id, r.id, now, now});
        record_link(c, of, "table_row_linked", t.id, r.id);
    }
    wire::answer_json(c.res, 201, document(c, of, *at));
}

// The case of the path and the table of the body, or the 404.
table* named_table(context& c, incident*& of) {
    of = c.find_case();
    if (!of) {
        answer_case_missing(c);
        return nullptr;
    }
    table* t = find_table(*c.where, wire::uuid_value(c.document().member("table_id").text()));
    if (!t) wire::answer_detail(c.res, 404, "Table not found");
    return t;
}

void link(context& c) {
    incident* of = nullptr;
    const table* t = named_table(c, of);
    if (!t) return;
    const uuid id = wire::uuid_value(c.document().member("row_id").text());
    const table_row* r = find_row(*t, id);
    if (!r)
        return wire::answer_detail(c.res, 404, "Row " + id.to_string() + " not found in table " + t->name);
    link_and_answer(c, *of, *t, *r);
}

void insert(context& c) {
    if (!c.holds("table:create")) return wire::answer_missing_scope(c.res, "table:create");
    incident* of = nullptr;
    table* t = named_table(c, of);
    const table_row* r = t ? insert_row_data(c, *t, c.document().member("row").member("data")) : nullptr;
    if (r) link_and_answer(c, *of, *t, *r);
}

void unlink(context& c) {
    incident* of = c.find_case();
    if (!of) return answer_case_missing(c);
    const uuid table_id = c.id("table_id"), row = c.id("row_id");
    const auto gone =
        std::erase_if(of->rows, [&](const linked_row& l) { return l.table == table_id && l.row == row; });
    if (gone == 0) return wire::answer_detail(c.res, 404, "Linked row not found");
    record_link(c, *of, "table_row_unlinked", table_id, row);
    wire::answer_nothing(c.res);
}

constexpr wire::parameter_rule list_parameters[] = {
    {"limit", wire::query_shape::integer, {}, 1, 200},
    {"cursor", wire::query_shape::text},
    {"reverse", wire::query_shape::boolean},
};
const wire::query_model list_model = list_parameters;

constexpr sv all = "/cases/{case_id}/rows";
const route rows[] = {
    of_workspace("GET", all, "case:read", list, nullptr, &list_model),
    of_workspace("POST", all, "case:update", link, &link_row),
    of_workspace("POST", "/cases/{case_id}/rows/insert", "case:update", insert, &insert_row),
    of_workspace("DELETE", "/cases/{case_id}/rows/{table_id}/{row_id}", "case:update", unlink),
};

}  // namespace

void write_linked_rows(json::writer& w, sv key, const context& c, const incident& of) {
    w.key(key).begin_array();
    for (const linked_row* l : newest_first(of)) w.raw(document(c, of, *l));
    w.end_array();
}

route_list row_routes() {
    static const std::vector<route> joined = [] {
        const route_list tables = table_routes();
        std::vector<route> out(std::begin(rows), std::end(rows));
        out.insert(out.end(), tables.begin(), tables.end());
        return out;
    }();
    return joined;
}

}  // namespace casebridge::sandbox::tracecat
