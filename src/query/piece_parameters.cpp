// Filters as the parameters of a query string: all must hold, and a repeated one is a choice (Tracecat fact sheet
// §1.3). There is no other OR and no NOT.
#include "core/percent.hpp"
#include "query/piece.hpp"

#include <algorithm>

namespace casebridge::query {

const language& query_strings() noexcept;

namespace {

bool holds(const std::vector<std::string>& list, const std::string& v) {
    return std::find(list.begin(), list.end(), v) != list.end();
}

piece asked(const mapping::catalog_filter& by, std::vector<std::string> values, bool repeats,
            bool one_valued) {
    piece out{piece::kind::asked, {}, {}, by.exact};
    out.parameters.push_back({by.as.substr(0, by.as.find('=')), std::move(values), repeats, one_valued});
    return out;
}

class query_string final : public language {
public:
    piece fill(const mapping::catalog_filter& by, std::string_view name,
               const std::vector<std::string>& values, bool one_valued) const override {
        if (values.empty()) return piece::nothing();
        if (by.as.find("{" + std::string(name) + "}") == std::string::npos) return piece::everything(false);
        const bool repeats = name == "texts" || name == "ids";
        if (!repeats && values.size() > 1) return piece::everything(false);
        return asked(by, values, repeats, one_valued);
    }

    piece fixed(const mapping::catalog_filter& by, bool one_valued) const override {
        return asked(by, {by.as.substr(by.as.find('=') + 1)}, true, one_valued);
    }

    bool narrow(piece& all, piece p) const override {
        if (all.what == piece::kind::nothing) return true;
        if (p.what == piece::kind::nothing) {
            all = piece::nothing();
            return true;
        }
        bool taken = true;
        for (auto& one : p.parameters) {
            taken = take(all, std::move(one)) && taken;
            if (all.what == piece::kind::nothing) return true;
        }
        return taken && p.exact;
    }

    piece any(std::vector<piece> parts) const override {
        piece out = piece::nothing();
        for (auto& p : parts) {
            if (p.what == piece::kind::nothing) continue;
            if (p.what == piece::kind::everything) return piece::everything(p.exact);
            if (out.what == piece::kind::nothing)
                out = std::move(p);
            else if (!widen(out, p))
                return piece::everything(false);
        }
        return out;
    }

    piece opposite(piece p) const override {
        if (p.what == piece::kind::nothing) return piece::everything(true);
        return p.what == piece::kind::everything && p.exact ? piece::nothing() : piece::everything(false);
    }

    std::string text_of(const piece& p) const override {
        std::string out;
        for (const auto& one : p.parameters) {
            for (const auto& v : one.values) {
                out += (out.empty() ? "" : "&") + one.name + "=";
                append_percent_encoded(out, v);
            }
        }
        return out;
    }

private:
    // False: there is such a parameter already, and both cannot be said.
    static bool take(piece& all, parameter p) {
        all.what = piece::kind::asked;
        const auto same = std::find_if(all.parameters.begin(), all.parameters.end(),
                                       [&](const parameter& have) { return have.name == p.name; });
        if (same == all.parameters.end()) {
            all.parameters.push_back(std::move(p));
            return true;
        }
        if (same->values == p.values) return true;
        if (!same->repeats || !p.repeats || !same->one_valued || !p.one_valued) return false;
        std::erase_if(same->values, [&](const std::string& v) { return !holds(p.values, v); });
        if (same->values.empty()) all = piece::nothing();
        return true;
    }

    // One parameter with the values of both; false: there is no such parameter.
    static bool widen(piece& out, const piece& p) {
        if (out.parameters.size() != 1 || p.parameters.size() != 1) return false;
        parameter& have = out.parameters.front();
        const parameter& more = p.parameters.front();
        if (have.name != more.name || !have.repeats || !more.repeats) return false;
        for (const auto& v : more.values)
            if (!holds(have.values, v)) have.values.push_back(v);
        out.exact = out.exact && p.exact;
        return true;
    }
};

}  // namespace

const language& query_strings() noexcept {
    static const query_string l;
    return l;
}

}  // namespace casebridge::query
