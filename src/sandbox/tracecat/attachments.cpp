// Files of a case (Tracecat fact sheet §3.7): kept once per workspace by their bytes, so that what one case
// uploads, deletes or restores changes in every case that holds the same bytes.
#include "core/crypto.hpp"
#include "http/target.hpp"
#include "platform/tracecat/wire/attachment_rules.hpp"
#include "sandbox/tracecat/child_models.hpp"
#include "sandbox/tracecat/routes.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::sandbox::tracecat {
namespace {

using sv = std::string_view;

constexpr sv bucket = "/tracecat-attachments/attachments/";
constexpr sv link_key = "the key of the stand-in's object store";
constexpr std::int64_t link_seconds = 10;
constexpr sv binary = "application/octet-stream";
constexpr sv shown[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};

file& file_of(workspace& w, const attachment& a) { return w.files.find(a.sha256)->second; }

std::string document(workspace& w, const incident& where, const attachment& a) {
    const file& f = file_of(w, a);
    std::string out;
    json::writer d(out);
    d.begin_object().member("id", a.id.to_string()).member("case_id", where.id.to_string());
    d.member("file_id", f.id.to_string()).member("file_name", f.name).member("content_type", f.content_type);
    d.member("size", static_cast<std::int64_t>(f.bytes.size())).member("sha256", a.sha256);
    write_time(d, "created_at", a.created_at);
    write_time(d, "updated_at", a.updated_at);
    write_id(d, "creator_id", f.creator);
    d.member("is_deleted", f.deleted).end_object();
    return out;
}

attachment* find_held(incident& where, sv sha256) noexcept {
    const auto at = std::find_if(where.attachments.begin(), where.attachments.end(),
                                 [&](const attachment& a) { return a.sha256 == sha256; });
    return at == where.attachments.end() ? nullptr : &*at;
}

void list(context& c) {
    const incident* where = c.find_case();
    if (!where) return answer_case_missing(c);
    std::vector<const attachment*> held;
    for (const attachment& a : where->attachments)
        if (!file_of(*c.where, a).deleted) held.push_back(&a);
    std::stable_sort(held.begin(), held.end(),
                     [](const attachment* a, const attachment* b) { return a->created_at > b->created_at; });
    std::string body;
    json::writer w(body);
    w.begin_array();
    for (const attachment* a : held) w.raw(document(*c.where, *where, *a));
    w.end_array();
    wire::answer_json(c.res, 200, std::move(body));
}

// The part "file" of the form; null if there is none.
const wire::form_part* uploaded(const wire::multipart& form) noexcept {
    const wire::form_part* found = nullptr;
    for (const wire::form_part& p : form.parts)
        if (p.name == "file") found = &p;
    return found;
}

wire::multipart read_upload(const context& c) {
    const std::string* type = c.req.find("content-type");
    return wire::read_multipart(type ? sv(*type) : sv(), c.req.body);
}

void check_upload(context& c) {
    const wire::location at{sv("body"), sv("file")};
    const wire::multipart form = read_upload(c);
    const wire::form_part* part = uploaded(form);
    if (!part) {
        c.faults.add("missing", at, "Field required", "null");
    } else if (!part->file) {
        constexpr sv text = "Expected UploadFile, received: <class 'str'>";
        c.faults.add("value_error", at, "Value error, " + std::string(text), wire::quoted(part->data),
                     wire::context_text("error", text));
    }
}

void refuse(context& c, const wire::refusal& why) {
    wire::answer_json(c.res, why.status, "{\"detail\":" + why.detail + "}");
}

std::optional<wire::refusal> refuse_upload(context& c, const incident& where, const wire::form_part& part) {
    if (auto why = wire::refuse_size(part.data)) return why;
    std::size_t files = 0, sum = 0;
    for (const attachment& a : where.attachments) {
        const file& f = file_of(*c.where, a);
        if (f.deleted) continue;
        ++files;
        sum += f.bytes.size();
    }
    if (auto why = wire::refuse_amount(files, sum, part.data.size())) return why;
    if (auto why = wire::refuse_file(part.file_name, part.content_type, part.data)) return why;
    return wire::refuse_name(part.file_name);
}

// The workspace's file of these bytes, made or brought back; true if it was there.
bool keep_file(context& c, const wire::form_part& part, const std::string& sha256) {
    const auto [at, fresh] = c.where->files.try_emplace(sha256);
    file& f = at->second;
    const bool there = !fresh && !f.deleted;
    f.deleted = false;
    if (!fresh) return there;
    f.id = c.data.new_id();
    f.name = part.file_name;
    f.content_type = wire::bare_content_type(part.content_type);
    f.bytes = part.data;
    f.creator = c.who.user_id();
    f.created_at = c.data.now();
    return false;
}

void upload(context& c) {
    incident* where = c.find_case();
    if (!where) return answer_case_missing(c);
    const wire::multipart form = read_upload(c);
    const wire::form_part& part = *uploaded(form);
    if (const auto why = refuse_upload(c, *where, part)) return refuse(c, *why);
    const digest hash = sha256(part.data);
    const std::string name = hex_encode(as_text(hash));
    const bool was_there = keep_file(c, part, name);
    attachment* held = find_held(*where, name);
    const bool news = !held || !was_there;
    if (!held) {
        const instant now = c.data.now();
        held = &where->attachments.emplace_back(attachment{c.data.new_id(), name, now, now});
    }
    if (news) {
        const file& f = file_of(*c.where, *held);
        boost::json::object data;
        data["attachment_id"] = held->id.to_string();
        data["file_name"] = f.name;
        data["content_type"] = f.content_type;
        data["size"] = f.bytes.size();
        c.data.record(*where, "attachment_created", std::move(data), c.who.user_id());
    }
    wire::answer_json(c.res, 201, document(*c.where, *where, *held));
}

// The attachment that the path names and that is not deleted, or the 404.
attachment* named(context& c, incident*& where) {
    where = c.find_case();
    if (!where) {
        answer_case_missing(c);
        return nullptr;
    }
    const uuid id = c.id("attachment_id");
    for (attachment& a : where->attachments)
        if (a.id == id && !file_of(*c.where, a).deleted) return &a;
    wire::answer_detail(c.res, 404, "Attachment " + id.to_string() + " not found");
    return nullptr;
}

std::string signature(sv sha256, sv expires) {
    const digest d = hmac_sha256(link_key, std::string(sha256) + "\n" + std::string(expires));
    return base64url_encode(as_text(d));
}

// A signed link to the bytes, good for ten seconds; clients take it as it is.
std::string download_url(const context& c, const attachment& a, const file& f) {
    const bool inline_image =
        std::find(std::begin(shown), std::end(shown), f.content_type) != std::end(shown);
    const std::string* preview = wire::last(c.query, "preview");
    const bool preview_wanted = preview && wire::python_bool(*preview).value_or(false);
    const std::string* host = c.req.find("host");
    std::string url = host ? (c.req.tls ? "https://" : "http://") + *host : c.how.public_url;
    url.append(bucket).append(a.sha256);
    if (preview_wanted && inline_image) {
        url += "?response-content-type=" + http::encode(f.content_type);
    } else {
        url += "?response-content-disposition=" + http::encode("attachment; filename=\"" + a.sha256 + "\"");
        url += "&response-content-type=" + http::encode(binary);
    }
    const std::string expires = std::to_string(instant::now().micros / 1'000'000 + link_seconds);
    return url + "&AWSAccessKeyId=sandbox&Signature=" + signature(a.sha256, expires) + "&Expires=" + expires;
}

void locate(context& c) {
    incident* where = nullptr;
    const attachment* a = named(c, where);
    if (!a) return;
    const file& f = file_of(*c.where, *a);
    std::string body;
    json::writer w(body);
    w.begin_object().member("download_url", download_url(c, *a, f)).member("file_name", f.name);
    w.member("content_type", f.content_type).end_object();
    wire::answer_json(c.res, 200, std::move(body));
}

bool may_delete(const context& c, const file& f) {
    if (!c.who.human) return true;
    if (c.who.human->superuser || f.creator == c.who.human->id) return true;
    const auto membership = c.who.human->workspaces.find(c.where->id);
    return membership != c.who.human->workspaces.end() && membership->second == role::admin;
}

void remove(context& c) {
    incident* where = nullptr;
    const attachment* a = named(c, where);
    if (!a) return;
    file& f = file_of(*c.where, *a);
    if (!may_delete(c, f))
        return wire::answer_detail(c.res, 403, "You don't have permission to delete this attachment");
    f.deleted = true;
    boost::json::object data;
    data["attachment_id"] = a->id.to_string();
    data["file_name"] = f.name;
    c.data.record(*where, "attachment_deleted", std::move(data), c.who.user_id());
    wire::answer_nothing(c.res);
}

// The object store behind the links.
void deliver(context& c) {
    const std::string sha256 = c.text("sha256");
    const auto value = [&](sv name) {
        const std::string* v = wire::last(c.query, name);
        return v ? *v : std::string();
    };
    const std::string expires = value("Expires");
    std::int64_t end = 0;
    std::from_chars(expires.data(), expires.data() + expires.size(), end);
    c.res.content_type = "application/xml";
    c.res.status = 403;
    if (!equal_constant_time(value("Signature"), signature(sha256, expires)) ||
        instant::now().micros > end * 1'000'000) {
        c.res.body = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
        return;
    }
    for (const workspace& w : c.data.workspaces) {
        const auto at = w.files.find(sha256);
        if (at == w.files.end() || at->second.deleted) continue;
        c.res.status = 200;
        c.res.content_type = value("response-content-type");
        c.res.body = at->second.bytes;
        const std::string disposition = value("response-content-disposition");
        if (!disposition.empty()) c.res.set("content-disposition", disposition);
        return;
    }
    c.res.status = 404;
    c.res.body = "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
}

constexpr wire::parameter_rule get_parameters[] = {{"preview", wire::query_shape::boolean}};
const wire::query_model get_query = get_parameters;

constexpr sv all = "/cases/{case_id}/attachments";
constexpr sv one = "/cases/{case_id}/attachments/{attachment_id}";
const route rows[] = {
    of_workspace("GET", all, "case:read", list),
    {"POST", all, true, guard::workspace, "case:update", upload, nullptr, nullptr, check_upload, true},
    of_workspace("GET", one, "case:read", locate, nullptr, &get_query),
    of_workspace("DELETE", one, "case:update", remove),
    {"GET", "/tracecat-attachments/attachments/{sha256~}", false, guard::open, "", deliver},
};

}  // namespace

route_list attachment_routes() { return rows; }

}  // namespace casebridge::sandbox::tracecat
