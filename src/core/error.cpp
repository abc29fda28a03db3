#include "core/error.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace casebridge {
namespace {

constexpr std::array names{
    std::pair{errc::malformed_request, "malformed_request"},
    std::pair{errc::missing_host, "missing_host"},
    std::pair{errc::target_too_long, "target_too_long"},
    std::pair{errc::header_too_large, "header_too_large"},
    std::pair{errc::body_too_large, "body_too_large"},
    std::pair{errc::unsupported_transfer_coding, "unsupported_transfer_coding"},
    std::pair{errc::unsupported_content_coding, "unsupported_content_coding"},
    std::pair{errc::unsupported_expectation, "unsupported_expectation"},
    std::pair{errc::request_timeout, "request_timeout"},
    std::pair{errc::connection_closed, "connection_closed"},
    std::pair{errc::invalid_document, "invalid_document"},
    std::pair{errc::invalid_value, "invalid_value"},
    std::pair{errc::unknown_field, "unknown_field"},
    std::pair{errc::unresolved_reference, "unresolved_reference"},
    std::pair{errc::not_found, "not_found"},
    std::pair{errc::forbidden, "forbidden"},
    std::pair{errc::unauthorized, "unauthorized"},
    std::pair{errc::conflict, "conflict"},
    std::pair{errc::read_only, "read_only"},
    std::pair{errc::deletes_disabled, "deletes_disabled"},
    std::pair{errc::loss_refused, "loss_refused"},
    std::pair{errc::filter_too_broad, "filter_too_broad"},
    std::pair{errc::invalid_query, "invalid_query"},
    std::pair{errc::bad_cursor, "bad_cursor"},
    std::pair{errc::cursor_mismatch, "cursor_mismatch"},
    std::pair{errc::not_supported, "not_supported"},
    std::pair{errc::invalid_table, "invalid_table"},
    std::pair{errc::untranslatable, "untranslatable"},
    std::pair{errc::upstream_unresolved, "upstream_unresolved"},
    std::pair{errc::upstream_refused, "upstream_refused"},
    std::pair{errc::upstream_tls, "upstream_tls"},
    std::pair{errc::upstream_timeout, "upstream_timeout"},
    std::pair{errc::upstream_reset, "upstream_reset"},
    std::pair{errc::upstream_busy, "upstream_busy"},
    std::pair{errc::upstream_malformed, "upstream_malformed"},
    std::pair{errc::upstream_too_large, "upstream_too_large"},
    std::pair{errc::upstream_unauthorized, "upstream_unauthorized"},
    std::pair{errc::upstream_forbidden, "upstream_forbidden"},
    std::pair{errc::upstream_rejected, "upstream_rejected"},
    std::pair{errc::upstream_rate_limited, "upstream_rate_limited"},
    std::pair{errc::upstream_unavailable, "upstream_unavailable"},
    std::pair{errc::upstream_error, "upstream_error"},
    std::pair{errc::overloaded, "overloaded"},
    std::pair{errc::draining, "draining"},
    std::pair{errc::internal, "internal"},
    std::pair{errc::invalid_configuration, "invalid_configuration"},
    std::pair{errc::file_unreadable, "file_unreadable"},
};

// Boost's base class has no virtual destructor on purpose: categories are never deleted through it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "casebridge"; }
    std::string message(int value) const override { return to_string(static_cast<errc>(value)); }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& error_category() noexcept {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

const char* to_string(errc code) noexcept {
    for (const auto& [value, name] : names) {
        if (value == code) return name;
    }
    return "unknown_error";
}

std::optional<errc> errc_from_string(std::string_view name) noexcept {
    for (const auto& [value, text] : names) {
        if (name == text) return value;
    }
    return std::nullopt;
}

void throw_exception_from_error(const failure& f, const boost::source_location&) {
    throw std::logic_error(std::string("unchecked failure: ") + to_string(f.code) + " " + f.detail);
}

}  // namespace casebridge
