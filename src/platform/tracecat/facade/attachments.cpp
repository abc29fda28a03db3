// Files of a case: list, upload, link, delete (Tracecat fact sheet §3.7), and the links' other end.
#include "platform/tracecat/facade/attachments.hpp"

#include "http/target.hpp"
#include "json/writer.hpp"
#include "platform/tracecat/facade/child_answers.hpp"
#include "platform/tracecat/facade/errors.hpp"
#include "platform/tracecat/facade/facade.hpp"
#include "platform/tracecat/wire/attachment_rules.hpp"
#include "platform/tracecat/wire/uuid_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace casebridge::platform::tracecat {
namespace {

using sv = std::string_view;

constexpr sv file_part = "file";
constexpr sv binary = "application/octet-stream";
constexpr std::array shown_types{sv("image/png"), sv("image/jpeg"), sv("image/gif"), sv("image/webp")};

// Of several parts of that name the last one counts.
const form_part* uploaded(const context& c) noexcept {
    const form_part* found = nullptr;
    for (const form_part& p : c.form.parts)
        if (p.name == file_part) found = &p;
    return found;
}

void answer_refusal(context& c, const refusal& why) {
    answer_json(c.res, why.status, "{\"detail\":" + why.detail + "}");
}

std::size_t number_in(sv text) noexcept {
    std::size_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

std::string attachment_id(const context& c) {
    const std::string* id = c.found.find("attachment_id");
    return id ? uuid_value(*id).to_string() : std::string();
}

// As the client reached us: a page of the same origin may fetch it then. Who speaks to us through a proxy that keeps
// the name is known by the public address.
std::string own_origin(const http::request& req, sv public_url) {
    const std::string* host = req.find("host");
    const auto scheme_end = public_url.find("://");
    const sv authority = scheme_end == sv::npos ? sv() : public_url.substr(scheme_end + 3);
    const sv known = authority.substr(0, authority.find('/'));
    if (!host || http::iequals(*host, known))
        return std::string(public_url.substr(0, scheme_end + 3)).append(known);
    return (req.tls ? "https://" : "http://") + *host;
}

identity find_holder(const file_claim& claim, const directory& accounts) {
    identity out;
    if (claim.key.empty()) {
        out.user = accounts.find_account(claim.user);
    } else {
        for (const api_key& k : accounts.keys)
            if (k.id == claim.key) out.key = &k;
    }
    if (out.user || out.key) out.status = identity::state::known;
    return out;
}

}  // namespace

bool read_upload(context& c) {
    const std::string* type = c.req.find("content-type");
    c.form = read_multipart(type ? sv(*type) : sv(), c.req.body);
    if (c.form.outcome == form_verdict::good) return true;
    answer_detail(c.res, 400, form_complaint(c.form.outcome));
    return false;
}

void check_upload(context& c) {
    const location at{sv("body"), file_part};
    const form_part* part = uploaded(c);
    if (!part) {
        c.faults.add("missing", at, "Field required", "null");
    } else if (!part->file) {
        constexpr sv text = "Expected UploadFile, received: <class 'str'>";
        c.faults.add("value_error", at, "Value error, " + std::string(text), quoted(part->data),
                     context_text("error", text));
    }
}

bool word_of_file(context& c, const failure& why) {
    if (why.pointer == "/attachment") {
        if (why.code == errc::forbidden)
            answer_detail(c.res, 403, "You don't have permission to delete this attachment");
        else
            answer_detail(c.res, 404, "Attachment " + attachment_id(c) + " not found");
        return true;
    }
    const form_part* part = c.what() == action::create_attachment ? uploaded(c) : nullptr;
    if (why.code != errc::conflict || part == nullptr) return false;
    std::optional<refusal> full;
    if (why.pointer == "/attachments/count")
        full = refuse_amount(number_in(why.detail), 0, part->data.size());
    else if (why.pointer == "/attachments/size")
        full = refuse_amount(0, number_in(why.detail), part->data.size());
    if (full) answer_refusal(c, *full);
    return full.has_value();
}

task<void> facade::act_on_attachments(context& c) {
    switch (c.what()) {
        case action::create_attachment: co_await create_attachment(c); co_return;
        case action::get_attachment: co_await show_attachment(c); co_return;
        default: break;
    }
    const bool removes = c.what() == action::delete_attachment;
    operation op = start(c, removes ? verb::remove : verb::list, object::attachment);
    op.child = attachment_id(c);
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (removes)
        answer_nothing(c.res);
    else
        answer_json(c.res, 200, array_of(out.items));
}

// In Tracecat's order: the case, the size, how much the case has already, the file itself.
task<void> facade::create_attachment(context& c) {
    const form_part& part = *uploaded(c);
    upload file;
    file.name = part.file_name;
    file.content_type = bare_content_type(part.content_type);
    file.bytes = part.data;
    std::optional<refusal> why = refuse_size(part.data);
    if (!why) {
        file.most_files = most_files;
        file.most_bytes = largest_sum;
        why = refuse_file(part.file_name, part.content_type, part.data);
    }
    if (!why) why = refuse_name(part.file_name);
    file.only_ask = why.has_value();
    operation op = start(c, verb::create, object::attachment);
    op.file = &file;
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    if (why) {
        answer_refusal(c, *why);
        co_return;
    }
    answer_document(c, 201, out);
}

task<void> facade::show_attachment(context& c) {
    operation op = start(c, verb::read, object::attachment);
    op.child = attachment_id(c);
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done || out.items.empty()) co_return;
    json::tape t;
    if (t.parse(out.items.front().document, json::policy{}).has_error()) {
        word(c, fail(errc::internal, "a document that cannot be read"));
        co_return;
    }
    const json::value found = t.root();
    const std::string* preview = last(c.query, "preview");
    file_claim claim;
    claim.workspace = c.where->id;
    claim.of = c.case_id();
    claim.attachment = uuid_value(op.child);
    if (c.who.user) claim.user = c.who.user->email;
    if (c.who.key) claim.key = c.who.key->id;
    claim.name = found.member("file_name").text();
    claim.content_type = found.member("content_type").text();
    const bool picture =
        std::find(shown_types.begin(), shown_types.end(), sv(claim.content_type)) != shown_types.end();
    claim.shown = picture && preview && python_bool(*preview).value_or(false);
    claim.expires = options_.now() + options_.file_link_life.count();
    const std::string url = own_origin(c.req, options_.public_url) + (c.found.api_prefix ? "/api" : "") +
                            "/files/" + links_.seal(claim);
    std::string body;
    json::writer w(body);
    w.begin_object().member("download_url", url).member("file_name", claim.name);
    w.member("content_type", claim.content_type).end_object();
    answer_json(c.res, 200, std::move(body));
}

// The link is all that is asked for; still, who got it must be somebody here.
task<void> facade::deliver_file(context& c) {
    const auto claim = links_.open(*c.found.find("token"));
    if (!claim) {
        answer_detail(c.res, 404, "Not Found");
        co_return;
    }
    c.where = accounts_->find_workspace(claim->workspace);
    c.who = find_holder(*claim, *accounts_);
    const bool may_read = c.where && enter(c.who, c.where, claim->workspace) == entrance::open &&
                          may(c.who, c.where, "case:read");
    if (!may_read || options_.now() > claim->expires) {
        answer_detail(c.res, 403, "This download link has expired");
        co_return;
    }
    operation op = start(c, verb::read, object::attachment);
    op.id = claim->of;
    op.child = claim->attachment.to_string();
    op.with_content = true;
    outcome out;
    const bool done = co_await run(c, op, out);
    if (!done) co_return;
    c.res.status = 200;
    c.res.content_type = claim->shown ? claim->content_type : std::string(binary);
    c.res.body = std::move(out.content);
    c.res.set("content-disposition", disposition(claim->shown ? "inline" : "attachment", claim->name));
    c.res.set("cache-control", "private, no-store");
}

}  // namespace casebridge::platform::tracecat
