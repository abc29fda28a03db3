#include "mapping/enum_map.hpp"

#include <algorithm>

namespace casebridge::mapping {
namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

int index_of(const std::vector<std::string>& list, std::string_view text) noexcept {
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == text) return static_cast<int>(i);
    }
    return enum_map::none;
}

int intern(std::vector<std::string>& list, const std::string& text) {
    const int found = index_of(list, text);
    if (found != enum_map::none) return found;
    list.push_back(text);
    return static_cast<int>(list.size()) - 1;
}

std::size_t at(int i) noexcept { return static_cast<std::size_t>(i); }

}  // namespace

enum_map::enum_map(const enum_spec& spec)
    : left_(spec.left_values), right_(spec.right_values), refine_write_(spec.refine_write) {
    for (const auto& p : spec.pairs) {
        intern(left_, p.left);
        intern(right_, p.right);
    }
    for (const auto& a : spec.also) intern(right_, a.right);
    for (int i = 0; i < right_count(); ++i) class_.push_back(i);
    coarse_.assign(left_.size(), none);
    pick_.assign(right_.size(), none);
    for (const auto& p : spec.pairs) {
        coarse_[at(index_of(left_, p.left))] = index_of(right_, p.right);
        if (p.pick) pick_[at(index_of(right_, p.right))] = index_of(left_, p.left);
    }
    for (const auto& a : spec.also) {
        const int of = index_of(right_, a.of);
        if (of != none) class_[at(index_of(right_, a.right))] = of;
        pick_[at(index_of(right_, a.right))] = index_of(left_, a.left);
    }
    for (const auto& r : spec.refine) intern(refiners_, r.by);
    for (const auto& m : spec.managed) intern(refiners_, m);
    refine_.assign(right_.size(), std::vector<int>(refiners_.size(), none));
    sets_.assign(left_.size(), none);
    for (const auto& r : spec.refine) {
        const int right = index_of(right_, r.right);
        const int left = index_of(left_, r.left);
        if (right == none || left == none) continue;  // the linter has said so
        refine_[at(right)][at(index_of(refiners_, r.by))] = left;
        if (refine_write_) sets_[at(left)] = index_of(refiners_, r.by);
    }
    managed_.assign(refiners_.size(), false);
    for (const auto& m : spec.managed) managed_[at(index_of(refiners_, m))] = true;
    stale_.assign(left_.size(), std::vector<int>(right_.size(), none));
    for (const auto& s : spec.stale) {
        for (const auto& was : s.was) {
            const int from = index_of(left_, was);
            const int now = index_of(right_, s.now);
            if (from != none && now != none) stale_[at(from)][at(now)] = index_of(left_, s.then);
        }
    }
    unknown_left_ = index_of(left_, spec.unknown_left);
}

int enum_map::left_of(std::string_view text) const noexcept { return index_of(left_, text); }

int enum_map::right_of(std::string_view text) const noexcept {
    for (std::size_t i = 0; i < right_.size(); ++i) {
        if (same_ignoring_case(right_[i], text)) return static_cast<int>(i);
    }
    return none;
}

int enum_map::refiner_of(std::string_view text) const noexcept { return index_of(refiners_, text); }

int enum_map::base(native n) const noexcept {
    if (n.right == none) return unknown_left_;
    if (n.refiner != none && refine_[at(n.right)][at(n.refiner)] != none)
        return refine_[at(n.right)][at(n.refiner)];
    return pick_[at(n.right)];
}

std::vector<int> enum_map::readings(int right) const {
    std::vector<int> out;
    const auto add = [&](int left) {
        if (left != none && std::find(out.begin(), out.end(), left) == out.end()) out.push_back(left);
    };
    add(pick_[at(right)]);
    for (const int left : refine_[at(right)]) add(left);
    for (int left = 0; left < left_count(); ++left) {
        if (coarse(left) == class_of(right)) add(left);
        add(stale(left, right));
    }
    return out;
}

int enum_map::stale(int was, int right) const noexcept {
    return right == none ? none : stale_[at(was)][at(right)];
}

enum_map::reading enum_map::read(native n, carried c, bool witness_holds) const noexcept {
    const int plain = base(n);
    if (c.left == none || n.right == none) return {plain, verdict::plain};
    if (coarse(c.left) == class_of(n.right)) {
        const bool unchanged = witness_holds && (c.base == plain || c.base == none);
        return unchanged ? reading{c.left, verdict::refined} : reading{plain, verdict::witness};
    }
    const bool says_more =
        is_also(n.right) || (n.refiner != none && refine_[at(n.right)][at(n.refiner)] != none);
    const int then = says_more ? none : stale(c.left, n.right);
    return {then == none ? plain : then, verdict::stale};
}

int enum_map::write_coarse(int stored_left, int right) const noexcept {
    if (stored_left == none) return pick_[at(right)];
    if (coarse(stored_left) == class_of(right)) return stored_left;
    const int then = stale(stored_left, right);
    return then == none ? pick_[at(right)] : then;
}

int enum_map::show_right(int stored_left, int kept) const noexcept {
    if (stored_left == none) return none;
    return kept != none && class_of(kept) == coarse(stored_left) ? kept : coarse(stored_left);
}

bool enum_map::managed(int refiner) const noexcept { return refiner != none && managed_[at(refiner)]; }

enum_map::writing enum_map::write(native n, carried c, int left, bool witness_holds,
                                  bool refiner_is_ours) const noexcept {
    const bool there = n.right != none && read(n, c, witness_holds).left == left;
    if (there) return {n, c, false};
    native to = n;
    // A right value that is finer than its class stays for as long as the class is the same.
    if (n.right == none || class_of(n.right) != coarse(left)) to.right = coarse(left);
    // n.right == none is a new object: its refining member is ours to set.
    if (refiner_is_ours && refine_write_ && sets_[at(left)] != none &&
        (managed(n.refiner) || n.right == none)) {
        to.refiner = sets_[at(left)];
    }
    const int plain = base(to);
    const carried keep = plain == left ? carried{} : carried{left, plain};
    return {to, keep, true};
}

}  // namespace casebridge::mapping
