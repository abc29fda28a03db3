// Filters as text with "and", "or" and NOT: TQL (ThreatConnect fact sheet §5).
#include "query/piece.hpp"
#include "query/tql.hpp"

namespace casebridge::query {

const language& expressions() noexcept;

namespace {

std::string joined(const std::vector<std::string>& texts, bool quoted) {
    std::string out;
    for (const auto& t : texts) {
        if (!out.empty()) out += ',';
        out += quoted ? tql_string(t) : t;
    }
    return out;
}

class expression final : public language {
public:
    piece fill(const mapping::catalog_filter& by, std::string_view name,
               const std::vector<std::string>& values, bool /*one_valued*/) const override {
        std::string text = by.as;
        const std::string place = "{" + std::string(name) + "}";
        const std::size_t at = text.find(place);
        if (values.empty()) return piece::nothing();
        if (at == std::string::npos) return piece::everything(false);
        const bool quoted = name == "texts" || name == "text";
        text.replace(at, place.size(), joined(values, quoted));
        return {piece::kind::asked, std::move(text), {}, by.exact};
    }

    piece fixed(const mapping::catalog_filter& by, bool /*one_valued*/) const override {
        return {piece::kind::asked, by.as, {}, by.exact};
    }

    bool narrow(piece& all, piece p) const override {
        if (all.what == piece::kind::nothing) return true;
        if (p.what == piece::kind::nothing) {
            all = piece::nothing();
            return true;
        }
        if (p.what == piece::kind::asked) {
            all.text += all.what == piece::kind::asked ? " and " + p.text : p.text;
            all.what = piece::kind::asked;
        }
        return p.exact;
    }

    piece any(std::vector<piece> parts) const override {
        piece out = piece::nothing();
        std::size_t texts = 0;
        for (auto& p : parts) {
            if (p.what == piece::kind::nothing) continue;
            if (p.what == piece::kind::everything) return piece::everything(p.exact);
            out.exact = out.exact && p.exact;
            out.text += texts++ > 0 ? " or (" + p.text + ")" : "(" + p.text + ")";
            out.what = piece::kind::asked;
        }
        if (texts > 1) out.text = "(" + out.text + ")";
        return out;
    }

    piece opposite(piece p) const override {
        if (!p.exact) return piece::everything(false);
        if (p.what == piece::kind::everything) return piece::nothing();
        if (p.what == piece::kind::nothing) return piece::everything(true);
        return {piece::kind::asked, "NOT (" + p.text + ")", {}, true};
    }

    std::string text_of(const piece& p) const override { return p.text; }
};

}  // namespace

const language& expressions() noexcept {
    static const expression l;
    return l;
}

}  // namespace casebridge::query
