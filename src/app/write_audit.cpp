#include "app/write_audit.hpp"

#include "observe/audit.hpp"
#include "observe/trace.hpp"

namespace casebridge::app {
namespace {

const char* name_of(platform::verb action) {
    switch (action) {
        case platform::verb::create: return "create";
        case platform::verb::update: return "update";
        default: return "remove";
    }
}

const char* name_of(platform::object what) {
    switch (what) {
        case platform::object::case_: return "case";
        case platform::object::case_tag: return "case_tag";
        case platform::object::comment: return "comment";
        case platform::object::task: return "task";
        case platform::object::attachment: return "attachment";
        case platform::object::field: return "field";
        default: return "tag";
    }
}

const char* name_of(platform::record_verb action) {
    switch (action) {
        case platform::record_verb::create: return "create";
        case platform::record_verb::update: return "update";
        default: return "remove";
    }
}

const char* name_of(platform::record_kind what) {
    switch (what) {
        case platform::record_kind::case_: return "case";
        case platform::record_kind::attribute: return "attribute";
        case platform::record_kind::note: return "note";
        case platform::record_kind::task: return "task";
        case platform::record_kind::artifact: return "artifact";
        case platform::record_kind::event: return "event";
        case platform::record_kind::template_: return "template";
        default: return "tag";
    }
}

}  // namespace

bridge::write_sink audit_writes(const std::string& bridge, const std::string& tables) {
    return [bridge, tables](const bridge::write_record& w) {
        using text = std::string_view;
        observe::audit({{"bridge", text(bridge)},
                        {"workspace", text(w.op.where->name)},
                        {"account", w.op.who.name()},
                        {"peer", w.op.peer},
                        {"request_id", w.op.request_id},
                        {"trace_id", observe::trace_id(w.op.traceparent)},
                        {"action", text(name_of(w.op.action))},
                        {"object", text(name_of(w.op.what))},
                        {"id", text(w.id)},
                        {"child", text(w.child)},
                        {"upstream_id", w.number.value_or(0)},
                        {"fields", text(w.fields)},
                        {"result", w.result},
                        {"upstream_status", std::int64_t{w.upstream_status}},
                        {"losses", text(w.losses)},
                        {"tables", text(tables)}});
    };
}

bridge::record_write_sink audit_record_writes(const std::string& bridge, const std::string& tables) {
    return [bridge, tables](const bridge::record_write& w) {
        using text = std::string_view;
        observe::audit({{"bridge", text(bridge)},
                        {"workspace", text(w.request.where->name)},
                        {"account", text(w.request.who->access_id)},
                        {"peer", w.request.peer},
                        {"request_id", w.request.request_id},
                        {"trace_id", observe::trace_id(w.request.traceparent)},
                        {"action", text(name_of(w.request.action))},
                        {"object", text(name_of(w.request.what))},
                        {"id", w.number},
                        {"upstream_id", text(w.stored_id)},
                        {"fields", text(w.fields)},
                        {"result", w.result},
                        {"upstream_status", std::int64_t{w.upstream_status}},
                        {"losses", text(w.losses)},
                        {"tables", text(tables)}});
    };
}

}  // namespace casebridge::app
