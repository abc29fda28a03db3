#include "query/piece.hpp"

namespace casebridge::query {

const language& expressions() noexcept;
const language& query_strings() noexcept;

piece language::all(std::vector<piece> parts) const {
    piece out = piece::everything(true);
    bool exact = true;
    for (auto& p : parts) exact = narrow(out, std::move(p)) && exact;
    if (out.what != piece::kind::nothing) out.exact = exact;
    return out;
}

const language& language_of(mapping::filter_language l) noexcept {
    return l == mapping::filter_language::parameters ? query_strings() : expressions();
}

}  // namespace casebridge::query
