#include "bridge/workspace_references.hpp"

namespace casebridge::bridge {

void workspace_references::append_id(std::string& out, std::string_view kind, std::int64_t number) const {
    if (const auto k = id_kind_from_string(kind)) state_.ids().encode(*k, number).append_to(out);
}

void workspace_references::append_user(std::string& out, json::value stored) const {
    const auto assigned = state_.backend().assignee_of(stored);
    if (!assigned) {
        out += "null";
        return;
    }
    const person* p =
        who_ == nullptr ? nullptr : who_->find_stored(assigned->group ? "group" : "user", assigned->number);
    if (p != nullptr)
        out += p->document;
    else
        out += describe_stranger(state_.sources(), assigned->data, assigned->group);
}

bool workspace_references::append_user(std::string& out, std::string_view left_id) const {
    const auto id = uuid::parse(left_id);
    if (!id || who_ == nullptr) return false;
    const person* p = who_->find(id->to_string());
    out += p != nullptr ? p->document : describe_unknown(state_.sources(), *id);
    return true;
}

void people_ids::append_user(std::string& out, json::value stored) const {
    const auto assigned = state_.backend().assignee_of(stored);
    if (!assigned) {
        out += "null";
        return;
    }
    const char* kind = assigned->group ? "group" : "user";
    const person* p = who_ == nullptr ? nullptr : who_->find_stored(kind, assigned->number);
    out += '"';
    if (p != nullptr)
        out += p->id;
    else
        append_id(out, kind, assigned->number);
    out += '"';
}

bool people_ids::append_user(std::string& out, std::string_view left_id) const {
    const auto id = uuid::parse(left_id);
    if (!id || who_ == nullptr) return false;
    out.append("\"").append(id->to_string()).append("\"");
    return true;
}

bool workspace_references::append_user_named(std::string& out, std::string_view stored_login) const {
    const person* p = who_ == nullptr ? nullptr : who_->find_login(stored_login);
    if (p == nullptr) return false;
    out += p->document;
    return true;
}

std::optional<std::int64_t> workspace_references::find_number(std::string_view kind,
                                                              std::string_view left_id) const {
    const auto k = id_kind_from_string(kind);
    const auto id = uuid::parse(left_id);
    return k && id ? state_.ids().decode(*k, *id) : std::nullopt;
}

mapping::references::standing workspace_references::find_user(std::string_view left_id,
                                                              std::string& out) const {
    const auto id = uuid::parse(left_id);
    const person* p = id && who_ != nullptr ? who_->find(id->to_string()) : nullptr;
    if (p == nullptr) return standing::unknown;
    if (p->stored.empty()) return standing::carried;
    out += p->stored;
    return standing::stored;
}

}  // namespace casebridge::bridge
