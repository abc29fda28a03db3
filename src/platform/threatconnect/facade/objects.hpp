// The objects of v3 as tables: which members each has, who may write them, their limits, what is shown, which
// words its queries know (ThreatConnect fact sheet §4, §5.1). Checking bodies, showing documents, OPTIONS and
// the vocabularies of queries are all driven by these rows; a new object or member is a row.
#pragma once

#include "platform/record.hpp"
#include "query/condition.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace casebridge::platform::threatconnect {

enum class shape : std::uint8_t {
    text,
    integer,
    boolean,
    time,
    any,  // an object or array that is passed as it is
    file,  // bytes, in Base64 (§7)
    link,  // to an object of this server; without an origin in documents
    user,
    assignee,  // {"type","data"}, §6.3
    one,  // an object of `of`
    list,  // {"data":[…]} of `of`
    owner,  // the owner's name: nothing but the caller's own
};

enum class use : std::uint8_t {
    fixed,  // read-only: clients that send back what they read lose nothing, it is left out
    may,
    must,
    moot,  // taken and left out, since it does not apply (§12 trap 26)
    unkept,  // the backend has no place for it: refused unless empty
    parent,  // names the object's parent: must stand on its own, is left out where the parent is around it
    near_parent,  // names a parent between the object and its case, and so does without the case's name
};

enum class show : std::uint8_t {
    always,  // whenever the document has it
    asked,  // with fields= only
    farther,  // the same where a nearer parent stands in the document (§12 trap 21), else always
};

// What an entry of a list inside another object is, if it has an id.
enum class entry : std::uint8_t {
    elsewhere,  // changed by its own endpoint only (§6.5)
    changed,  // that object, with what is said of it
    referred,  // that object; it is only named
};

struct field {
    std::string_view name;
    shape kind = shape::text;
    use post = use::fixed;
    use put = use::fixed;
    std::string_view about = {};  // for OPTIONS
    show shown = show::always;
    std::size_t least = 0, most = 0;  // characters, entries, or the number itself; most 0: any
    std::span<const std::string_view> values = {};  // any letter case is taken, this one is passed on
    std::string_view of = {};  // path of the nested object
    bool modes = false;  // list: PUT honours append, delete and replace (§6.2)
    bool whole =
        false;  // … and without a mode it is the whole list (userAccess: not to let in more than is meant)
    bool told = false;  // list: where the document has none, nothing is known of it, and not that it is empty
    std::string_view asked_as = {};  // its name in fields=, if it is not its own
    std::string_view alternative = {};  // required unless this one is given
    std::string_view otherwise = {};  // JSON to show where the document has no value
    std::string_view named_in = {};  // path of the objects whose names it may be

    constexpr field between(std::size_t a, std::size_t b) const {
        field f = *this;
        f.least = a;
        f.most = b;
        return f;
    }
    constexpr field one_of(std::span<const std::string_view> v) const {
        field f = *this;
        f.values = v;
        return f;
    }
    constexpr field if_asked(std::string_view as = {}) const {
        field f = *this;
        f.shown = show::asked;
        f.asked_as = as;
        return f;
    }
    constexpr field unless_nearer() const {
        field f = *this;
        f.shown = show::farther;
        return f;
    }
    constexpr field if_told() const {
        field f = *this;
        f.told = true;
        return f;
    }
    constexpr field more_as(std::string_view as) const {  // shown always, more of it when asked
        field f = *this;
        f.asked_as = as;
        return f;
    }
    constexpr field or_else(std::string_view json) const {
        field f = *this;
        f.otherwise = json;
        return f;
    }
    constexpr field or_by(std::string_view other) const {
        field f = *this;
        f.alternative = other;
        return f;
    }
    constexpr field with_modes() const {
        field f = *this;
        f.modes = true;
        return f;
    }

    constexpr field name_of(std::string_view path) const {
        field f = *this;
        f.named_in = path;
        return f;
    }
    constexpr field as_a_whole() const {
        field f = with_modes();
        f.whole = true;
        return f;
    }

    constexpr std::string_view asked_name() const { return asked_as.empty() ? name : asked_as; }
    constexpr bool read_only() const { return post == use::fixed && put == use::fixed; }
};

// How the members of the tables above are written down: kind by function, then what POST and PUT make of it.
constexpr field text(std::string_view n, use post, use put, std::string_view about) {
    return {n, shape::text, post, put, about};
}
constexpr field shown(std::string_view n, shape kind, std::string_view about) {
    return {n, kind, use::fixed, use::fixed, about};
}
constexpr field list_of(std::string_view n, std::string_view of, use u, std::string_view about,
                        std::size_t most = 1000) {
    field f{n, shape::list, u, u, about, show::asked};
    f.most = most;
    f.of = of;
    return f;
}
constexpr field one_of_kind(std::string_view n, std::string_view of, use u, std::string_view about) {
    field f{n, shape::one, u, u, about, show::asked};
    f.of = of;
    return f;
}

struct writes {
    bool create = false, update = false, remove = false, remove_many = false;
    bool guarded = false;  // removing needs the configuration's deletes
};

struct object_model {
    std::string_view path;  // below /v3/; empty: only ever part of another object
    std::string_view entity;  // in sentences: "case"
    std::string_view type;  // in OPTIONS: "Case"
    std::optional<record_kind> kind;  // none: the bridge has no counterpart; lists are empty, writes refused
    std::span<const field> fields;
    query::vocabulary words;  // no keywords: queries are not read
    writes allowed = {};
    std::size_t body_limit = 1024 * 1024;
    bool external_ids = false;  // {id} may be an xid
    entry listed = entry::elsewhere;
    bool made_inside = true;  // an entry of a list without an id is a new object
    std::string_view called_by = {};  // what may stand for an entry's id
    std::string_view or_called_by = {};  // what may stand for that, alone in its entry (§6.1)
    std::string_view reason = {};  // member of a removal's body that must say why (§4.6)
    std::string_view missing = {};  // for a sentence: why there is no such thing here

    const field* find(std::string_view name) const noexcept;
};

std::span<const object_model> objects() noexcept;
// By path; also of the two that are only parts: "user" and "group" as other objects show them.
const object_model* find_object(std::string_view path) noexcept;
const query::vocabulary* find_vocabulary(std::string_view object) noexcept;

// The tables, one file for cases and what hangs on them, one for the rest.
namespace tables {
extern const std::span<const field> cases, case_attributes, tasks, notes, artifacts, events, templates;
extern const std::span<const field> tags, attribute_types, artifact_types, users, groups, owners, owner_roles,
    system_roles, labels, intel, part_user, part_group;
extern const std::span<const query::keyword> case_words, attribute_words, task_words, note_words,
    artifact_words, event_words, template_words;
extern const std::span<const query::keyword> tag_words, attribute_type_words, artifact_type_words, user_words,
    group_words, owner_words, role_words, intel_words;
}  // namespace tables

}  // namespace casebridge::platform::threatconnect
