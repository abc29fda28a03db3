// Texts of a workspace that are no case's. Tracecat has no place for them; the options of a custom field are any texts
// and show up in no case (fact sheet §3.8), so there is one field of the bridge's own, hidden from everybody behind it.
// Each text is one option, behind its name; the first says what the field is.
#include "json/writer.hpp"
#include "platform/tracecat/client/open_answer.hpp"
#include "platform/tracecat/client/storable.hpp"
#include "platform/tracecat/client/store.hpp"

#include <algorithm>

namespace casebridge::platform::tracecat::client {
namespace {

using workspace_text = platform::case_store::workspace_text;

constexpr std::string_view notice = "Kept by casebridge, do not edit";
// All of them come with every list of custom fields.
constexpr std::size_t most_bytes = 1U << 20U;

struct own_field {
    bool exists = false;
    std::vector<workspace_text> texts;
};

own_field read_own(json::value fields) {
    own_field out;
    for (const auto& [none, field] : fields.elements()) {
        if (field.member("id").text() != texts_field) continue;
        out.exists = true;
        for (const auto& [nothing, option] : field.member("options").elements()) {
            const std::string_view text = option.text();
            const auto blank = text.find(' ');
            if (text == notice || blank == std::string_view::npos) continue;
            out.texts.push_back({std::string(text.substr(0, blank)), std::string(text.substr(blank + 1))});
        }
    }
    return out;
}

std::string definition(const own_field& f) {
    std::string body;
    json::writer w(body);
    w.begin_object();
    if (!f.exists)
        w.member("name", texts_field).member("type", "MULTI_SELECT").member("display_name", notice);
    w.key("options").begin_array().string(notice);
    for (const auto& t : f.texts) w.string(t.name + " " + t.text);
    w.end_array().end_object();
    return body;
}

}  // namespace

task<result<std::vector<workspace_text>>> store::list_texts(call_context& ctx) {
    CB_CO_TRY(const auto fields, co_await all_fields(ctx));
    co_return read_own(fields->data).texts;
}

task<result<void>> store::write_text(call_context& ctx, std::string name, std::optional<std::string> text) {
    CB_CO_TRY(const auto where, co_await locate(ctx));
    auto pass = co_await memory_->one_at_a_time.enter("texts " + ctx.where->id.to_string(), ctx.deadline);
    if (!pass)
        co_return fail(errc::upstream_timeout, "deadline passed while waiting for the workspace's texts");
    auto& in = workspace_of(ctx);
    // Not what somebody may have remembered meanwhile: what is read is written back.
    CB_CO_TRY(const auto fields, co_await read_fields(ctx));
    own_field own = read_own(fields->data);
    const auto known = std::find_if(own.texts.begin(), own.texts.end(),
                                    [&](const workspace_text& t) { return t.name == name; });
    const bool there = known != own.texts.end();
    if (!text && !there) co_return result<void>{};
    if (!text)
        own.texts.erase(known);
    else if (there)
        known->text = *text;
    else
        own.texts.push_back({std::move(name), *text});
    const std::string body = definition(own);
    if (text && body.size() > most_bytes)
        co_return fail(errc::not_supported, "the workspace holds as many texts as the bridge may keep in it");
    CB_CO_CHECK(check_storable(body));
    std::string path(fields_path);
    if (own.exists) path.append("/").append(texts_field);
    target t(where, path);
    const std::string_view method = own.exists ? "PATCH" : "POST";
    const auto answer = co_await send(ctx, method, std::move(t.text), body);
    in.forget_fields();
    if (answer.has_error()) co_return answer.error();
    co_return check_write(*answer);
}

}  // namespace casebridge::platform::tracecat::client
