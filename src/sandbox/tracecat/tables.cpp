#include "sandbox/tracecat/tables.hpp"

#include "sandbox/tracecat/child_models.hpp"

#include <algorithm>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

// The table that the path names, or the 404.
table* named(context& c) {
    table* t = find_table(*c.where, c.id("table_id"));
    if (!t) wire::answer_detail(c.res, 404, "Table not found");
    return t;
}

void list(context& c) {
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const table& t : c.where->tables)
        w.begin_object().member("id", t.id.to_string()).member("name", t.name).end_object();
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

void create(context& c) {
    table t;
    t.id = c.data.new_id();
    t.name = c.document().member("name").text();
    for (const auto item : c.document().member("columns").elements())
        t.columns.emplace_back(item.val.member("name").text());
    c.where->tables.push_back(std::move(t));
    answer_null(c);
}

void list_rows(context& c) {
    const table* t = named(c);
    if (!t) return;
    std::string body;
    json::writer w(body);
    w.begin_object().key("items").begin_array();
    for (const table_row& r : t->rows) w.raw(row_document(*t, r));
    end_row_page(w, std::nullopt, std::nullopt);
    wire::answer_json(c.res, 200, std::move(body));
}

void add_row(context& c) {
    table* t = named(c);
    const table_row* r = t ? insert_row_data(c, *t, c.document().member("data")) : nullptr;
    if (r) wire::answer_json(c.res, 201, row_document(*t, *r));
}

void remove_row(context& c) {
    table* t = named(c);
    if (!t) return;
    const uuid id = c.id("row_id");
    std::erase_if(t->rows, [&](const table_row& r) { return r.id == id; });
    wire::answer_nothing(c.res);
}

constexpr sv all_rows = "/tables/{table_id}/rows";
const route rows[] = {
    of_workspace("GET", "/tables", "table:read", list),
    of_workspace("POST", "/tables", "table:create", create, &table_create),
    of_workspace("GET", all_rows, "table:read", list_rows),
    of_workspace("POST", all_rows, "table:create", add_row, &table_row_create),
    of_workspace("DELETE", "/tables/{table_id}/rows/{row_id}", "table:update", remove_row),
};

}  // namespace

table* find_table(workspace& w, const uuid& id) noexcept {
    const auto at =
        std::find_if(w.tables.begin(), w.tables.end(), [&](const table& t) { return t.id == id; });
    return at == w.tables.end() ? nullptr : &*at;
}

const table_row* find_row(const table& t, const uuid& id) noexcept {
    const auto at =
        std::find_if(t.rows.begin(), t.rows.end(), [&](const table_row& r) { return r.id == id; });
    return at == t.rows.end() ? nullptr : &*at;
}

std::string row_document(const table& t, const table_row& r) {
    std::string out;
    json::writer w(out);
    w.begin_object().member("id", r.id.to_string());
    write_time(w, "created_at", r.created_at);
    write_time(w, "updated_at", r.updated_at);
    for (const std::string& column : t.columns) {
        const auto value = r.values.find(column);
        w.key(column).raw(value == r.values.end() ? "null" : value->second);
    }
    w.end_object();
    return out;
}

const table_row* insert_row_data(context& c, table& t, json::value data) {
    table_row r;
    for (const auto item : data.members()) {
        const std::string column(item.name());
        if (std::find(t.columns.begin(), t.columns.end(), column) == t.columns.end()) {
            wire::answer_detail(c.res, 400,
                                "Column '" + column + "' does not exist in table '" + t.name + "'");
            return nullptr;
        }
        json::append_value(r.values[column], item.val);
    }
    r.id = c.data.new_id();
    r.created_at = r.updated_at = c.data.now();
    return &t.rows.emplace_back(std::move(r));
}

void end_row_page(json::writer& w, const std::optional<std::string>& next,
                  const std::optional<std::string>& previous) {
    w.end_array();
    write_text(w, "next_cursor", next);
    write_text(w, "prev_cursor", previous);
    w.member("has_more", next.has_value()).member("has_previous", previous.has_value());
    w.key("total_estimate").null().end_object();
}

route_list table_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
