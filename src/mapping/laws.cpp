#include "mapping/laws.hpp"

namespace casebridge::mapping {
namespace {

using map = enum_map;

struct state {
    map::native n;
    map::carried c;
};

class checker {
public:
    explicit checker(const map& m) : m_(m) {}

    std::optional<law_violation> run() {
        for (int b = 0; b < m_.right_count() && !bad_; ++b) section(b);
        for (int a = 0; a < m_.left_count() && !bad_; ++a) total(a);
        for (int b = 0; b < m_.right_count() && !bad_; ++b) {
            for (int r = map::none; r < m_.refiner_count() && !bad_; ++r) states({b, r});
        }
        for (int a = map::none; a < m_.left_count() && !bad_; ++a) reverse(a);
        return bad_;
    }

private:
    void violated(const char* law, std::string what) {
        if (!bad_) bad_ = law_violation{law, std::move(what)};
    }
    std::string name(int left) const { return left == map::none ? "nothing" : "\"" + m_.left(left) + "\""; }
    std::string describe(const state& s) const {
        std::string out = "\"" + m_.right(s.n.right) + "\"";
        if (s.n.refiner != map::none) out += " with \"" + m_.refiner(s.n.refiner) + "\"";
        return out + " carrying " + name(s.c.left);
    }
    void section(int b) {
        const int r = m_.base({b, map::none});
        if (r == map::none || m_.coarse(r) != m_.class_of(b)) {
            violated("section",
                     "\"" + m_.right(b) + "\" reads as " + name(r) + ", which is not of its class");
        }
    }
    void total(int a) {
        if (m_.coarse(a) == map::none) violated("totality", name(a) + " has no counterpart");
    }
    // Where the left side stores and the right one is written: every wish is read back, and what is so stays.
    void reverse(int a) {
        for (int b = 0; b < m_.right_count() && !bad_; ++b) {
            const int to = m_.write_coarse(a, b);
            const std::string wish = "writing \"" + m_.right(b) + "\" over " + name(a);
            if (to == map::none || m_.show_right(to, kept(b)) != b)
                return violated("reverse put-get", wish + " stores " + name(to));
            if (a != map::none && m_.coarse(a) == m_.class_of(b) && to != a)
                return violated("reverse get-put", wish + " stores " + name(to));
            for (int later = 0; later < m_.right_count() && !bad_; ++later) {
                const int twice = m_.write_coarse(to, later);
                if (twice == map::none || m_.show_right(twice, kept(later)) != later)
                    return violated("reverse put-put", wish + ", then \"" + m_.right(later) + "\"");
            }
            if (a != map::none && m_.class_of(m_.show_right(a, b)) != m_.coarse(a))
                return violated("reverse native wins", name(a) + " carrying \"" + m_.right(b) + "\"");
        }
    }
    int kept(int right) const { return m_.is_also(right) ? right : map::none; }
    void states(map::native n) {
        check({n, {}});
        for (int a = 0; a < m_.left_count() && !bad_; ++a) {
            for (int base = map::none; base < m_.left_count() && !bad_; ++base) check({n, {a, base}});
        }
    }
    void check(const state& s) {
        for (const bool holds : {true, false}) {
            const int seen = m_.read(s.n, s.c, holds).left;
            if (seen == map::none || m_.coarse(seen) != m_.class_of(s.n.right)) {
                return violated("native wins", describe(s) + " reads as " + name(seen));
            }
            const auto same = m_.write(s.n, s.c, seen, holds);
            if (same.touched || !(same.to == s.n))
                return violated("get-put", "writing back " + name(seen) + " to " + describe(s));
            for (int a = 0; a < m_.left_count() && !bad_; ++a) writes(s, a, holds);
        }
    }
    void writes(const state& s, int a, bool holds) {
        const auto w = m_.write(s.n, s.c, a, holds);
        const state after{w.to, w.keep};
        const bool still = w.touched || holds;  // an untouched object keeps its broken witness
        if (m_.read(after.n, after.c, still).left != a) {
            return violated("put-get", "writing " + name(a) + " to " + describe(s) + " reads as " +
                                           name(m_.read(after.n, after.c, still).left));
        }
        if (m_.write(after.n, after.c, a, still).touched)
            return violated("idempotence", "writing " + name(a) + " twice to " + describe(s));
        for (int later = 0; later < m_.left_count() && !bad_; ++later) {
            const auto twice = m_.write(after.n, after.c, later, still);
            if (m_.class_of(twice.to.right) != m_.coarse(later) ||
                m_.read(twice.to, twice.keep, twice.touched || still).left != later) {
                return violated("put-put",
                                "writing " + name(a) + ", then " + name(later) + " to " + describe(s));
            }
        }
    }

    const map& m_;
    std::optional<law_violation> bad_;
};

}  // namespace

std::optional<law_violation> check_laws(const enum_map& m) {
    return m.one_sided() ? std::nullopt : checker(m).run();
}

}  // namespace casebridge::mapping
