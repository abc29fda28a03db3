#include "sandbox/threatconnect/listing.hpp"

#include "sandbox/threatconnect/render.hpp"

#include "core/error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

namespace casebridge::sandbox::threatconnect {

namespace {

namespace bj = boost::json;

constexpr std::size_t max_limit = 10000;

std::string as_parameter(const bj::value& v) {
    return v.is_string() ? std::string(v.get_string()) : bj::serialize(v);
}

outcome<std::size_t> read_count(const query& q, std::string_view name, std::size_t least, std::size_t most,
                                std::size_t otherwise) {
    const auto* text = q.find(name);
    if (!text) return otherwise;
    std::size_t n = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), n);
    if (read.ec == std::errc{} && read.ptr == text->data() + text->size() && n >= least && n <= most)
        return n;
    return fail(err::bad_request,
                "The resultStart and resultLimit query parameters must be integers and the maximum "
                "value for resultLimit is 10000");
}

struct sort_key {
    const keyword_def* keyword = nullptr;
    bool descending = false;
    std::optional<bool> nulls_first;
};

outcome<std::vector<sort_key>> read_sorting(std::string_view text, const object_def& o) {
    std::vector<sort_key> out;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        if (text.empty()) return out;
        const auto word = text.substr(0, text.find_first_of(" \t"));
        text.remove_prefix(word.size());
        const bool first = out.empty();
        if (!first && equal_folded(word, "asc"))
            out.back().descending = false;
        else if (!first && equal_folded(word, "desc"))
            out.back().descending = true;
        else if (!first && equal_folded(word, "nullsfirst"))
            out.back().nulls_first = true;
        else if (!first && equal_folded(word, "nullslast"))
            out.back().nulls_first = false;
        else {
            const auto* k = keyword_named(o, word);
            if (!k || k->type == tql_type::nested)
                return fail(err::bad_request,
                            "'" + std::string(word) + "' cannot be used for sorting " + std::string(o.path));
            out.push_back({k, false, std::nullopt});
        }
    }
}

struct row {
    const record* r;
    tql::operands keys;     // one per sort key; monostate for null
};

bool before(const row& a, const row& b, const std::vector<sort_key>& keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& x = a.keys[i];
        const auto& y = b.keys[i];
        const bool x_null = x.index() == 0;
        const bool y_null = y.index() == 0;
        if (x_null != y_null) return keys[i].nulls_first.value_or(!keys[i].descending) == x_null;
        if (x == y) continue;
        return keys[i].descending ? y < x : x < y;
    }
    return a.r->id < b.r->id;
}

void sort_rows(std::vector<const record*>& rows, const std::vector<sort_key>& keys, const store& s) {
    std::vector<row> keyed;
    keyed.reserve(rows.size());
    tql::operands values;
    for (const auto* r : rows) {
        row one{r, {}};
        for (const auto& k : keys) {
            values.clear();
            tql::values_of(s, *r, *k.keyword, values);
            one.keys.push_back(values.empty() ? tql::operand{} : values.front());
        }
        keyed.push_back(std::move(one));
    }
    std::sort(keyed.begin(), keyed.end(), [&](const row& a, const row& b) { return before(a, b, keys); });
    std::transform(keyed.begin(), keyed.end(), rows.begin(), [](const row& k) { return k.r; });
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

outcome<query> query::of(const http::request& req) {
    query q;
    q.parameters_ = http::parse_form(req.query());
    if (req.method != "GET" || req.body.empty()) return q;
    boost::system::error_code ec;
    const auto body = bj::parse(req.body, ec);
    if (ec || !body.is_object()) return fail(err::improper_format, "The request was not properly formed");
    const auto* data = body.get_object().if_contains("data");
    if (!data || !data->is_object()) return q;
    for (const auto& [name, v] : data->get_object()) {
        if (!v.is_array()) {
            q.parameters_.push_back({name, as_parameter(v)});
            continue;
        }
        for (const auto& one : v.get_array()) q.parameters_.push_back({name, as_parameter(one)});
    }
    return q;
}

const std::string* query::find(std::string_view name) const {
    for (const auto& p : parameters_)
        if (p.name == name) return &p.value;
    return nullptr;
}

std::vector<std::string> query::all(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& p : parameters_)
        if (p.name == name) out.push_back(p.value);
    return out;
}

bool query::flag(std::string_view name) const {
    const auto* v = find(name);
    return v && equal_folded(*v, "true");
}

outcome<page> read_page(const query& q) {
    page p;
    CB_TRY(p.start, read_count(q, "resultStart", 0, std::size_t{1} << 40, 0));
    CB_TRY(p.limit, read_count(q, "resultLimit", 1, max_limit, 100));
    return p;
}

std::string page_link(const context& c, const object_def& o, const query& q, std::size_t start,
                      std::size_t limit) {
    std::string out = c.base_url + "/api/v3/" + std::string(o.path) + "?";
    for (const auto* name : {"tql", "fields", "sorting", "owner"}) {
        for (const auto& value : q.all(name)) {
            out += name;
            out += '=';
            http::append_encoded(out, value);
            out += '&';
        }
    }
    return out + "resultStart=" + std::to_string(start) + "&resultLimit=" + std::to_string(limit);
}

outcome<std::vector<const record*>> select(const store& s, const context& c, const object_def& o,
                                           const query& q, const list_settings& how) {
    std::optional<tql::bound> filter;
    if (const auto* text = q.find("tql"); text && !is_blank(*text)) {
        CB_TRY(auto tree, tql::parse(*text));
        CB_TRY(filter, tql::bind(tree, o, s, {c.now, how.insensitive_tql, how.tql_zone_seconds}));
    }
    const auto* sorting = q.find("sorting");
    CB_TRY(const auto keys, read_sorting(sorting ? std::string_view(*sorting) : std::string_view{}, o));
    std::vector<const record*> rows;
    const auto consider = [&](const record& r) {
        if (may_see(s, c, r) && (!filter || tql::evaluate(*filter, s, r) == tql::truth::yes))
            rows.push_back(&r);
    };
    if (auto ids = filter ? tql::candidates(*filter) : std::nullopt) {
        std::sort(ids->begin(), ids->end());
        ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
        for (const auto id : *ids)
            if (const auto* r = s.find(o.type, id)) consider(*r);
    } else {
        for (const auto& [id, r] : s.all(o.type)) consider(r);
    }
    if (!keys.empty()) sort_rows(rows, keys, s);
    return rows;
}

outcome<std::string> list(const store& s, const context& c, const object_def& o, const query& q,
                          const list_settings& how) {
    CB_TRY(const auto p, read_page(q));
    CB_TRY(const auto rows, select(s, c, o, q, how));
    field_tree fields;
    for (const auto& f : q.all("fields")) fields.add(f);
    const auto first = std::min(p.start, rows.size());
    const auto last = std::min(first + p.limit, rows.size());
    std::string out;
    json::writer w(out);
    w.begin_object();
    if (last < rows.size()) w.member("next", page_link(c, o, q, p.start + p.limit, p.limit));
    w.key("data").begin_array();
    const renderer render(s, c);
    for (auto i = first; i < last; ++i) render.object(w, *rows[i], fields);
    w.end_array();
    if (p.start > 0) w.member("prev", page_link(c, o, q, p.start - std::min(p.start, p.limit), p.limit));
    if (p.start == 0 && (o.count_always || q.flag("count")))
        w.member("count", static_cast<std::int64_t>(rows.size()));
    w.member("status", "Success").end_object();
    return out;
}

}  // namespace casebridge::sandbox::threatconnect
