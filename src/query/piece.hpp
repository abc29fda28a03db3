// A part of a filter as a backend would evaluate it, and how such parts combine in the backend's filter language
// (mapping/model.hpp: filter_language). What a language cannot say is left out, never guessed.
#pragma once

#include "mapping/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace casebridge::query {

struct parameter {
    std::string name;
    std::vector<std::string> values;
    bool repeats = false;  // several values are a choice
    bool one_valued = false;  // an object has one value at most, so that of two choices both must hold it
};

// Finds no less than is meant. exact: and no more.
struct piece {
    enum class kind { everything, nothing, asked } what = kind::everything;
    std::string text;  // asked, in an expression
    std::vector<parameter> parameters;  // asked, as parameters
    bool exact = false;

    static piece everything(bool exact) { return {kind::everything, {}, {}, exact}; }
    static piece nothing() { return {kind::nothing, {}, {}, true}; }
};

class language {
public:
    virtual ~language() = default;
    // The catalogue's text with the values in the place of {name}; nothing if there are none; everything, not
    // exactly, if the text has no such place or takes fewer.
    virtual piece fill(const mapping::catalog_filter& by, std::string_view name,
                       const std::vector<std::string>& values, bool one_valued) const = 0;
    // A text without a place.
    virtual piece fixed(const mapping::catalog_filter& by, bool one_valued) const = 0;
    // Narrows a piece by another. False: not, or not exactly, so that what p means is still to be evaluated.
    virtual bool narrow(piece& all, piece p) const = 0;
    virtual piece any(std::vector<piece> parts) const = 0;
    virtual piece opposite(piece p) const = 0;
    virtual std::string text_of(const piece& p) const = 0;

    piece all(std::vector<piece> parts) const;
};

const language& language_of(mapping::filter_language l) noexcept;

}  // namespace casebridge::query
