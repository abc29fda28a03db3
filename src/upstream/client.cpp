#include "upstream/client.hpp"

#include "core/base64.hpp"

#include "upstream/core.hpp"
#include "upstream/tls.hpp"

#include <algorithm>
#include <charconv>

namespace casebridge::upstream {
namespace {

class pooled_client final : public client {
public:
    explicit pooled_client(std::shared_ptr<core> c) : core_(std::move(c)) {}
    // Calls still in flight end with an error; they share the core and so may outlive this object.
    ~pooled_client() override { core_->abort(); }
    pooled_client(const pooled_client&) = delete;
    pooled_client& operator=(const pooled_client&) = delete;

    task<result<answer>> send(const call& c) override { return core::send(core_, c); }
    result<std::unique_ptr<client>> sibling(const base_url& origin) const override {
        return core_->sibling(origin);
    }
    statistics stats() const override { return core_->stats(); }
    void close() override { core_->close(); }

private:
    std::shared_ptr<core> core_;
};

}  // namespace

std::size_t body_part::size() const noexcept { return base64 ? base64_length(bytes.size()) : bytes.size(); }

std::size_t body_size(const call& c) noexcept {
    std::size_t out = c.body.size();
    for (const body_part& p : c.parts) out += p.size();
    return out;
}

std::string whole_body(const call& c) {
    std::string out(c.body);
    out.reserve(body_size(c));
    for (const body_part& p : c.parts) {
        if (p.base64)
            append_base64(out, p.bytes);
        else
            out += p.bytes;
    }
    return out;
}

const std::string* answer::find(std::string_view name) const noexcept {
    for (const auto& [n, value] : fields) {
        if (http::iequals(n, name)) return &value;
    }
    return nullptr;
}

// RFC 9110 §10.2.3
std::optional<std::chrono::seconds> answer::retry_after() const noexcept {
    const std::string* text = find("Retry-After");
    unsigned seconds = 0;
    if (text == nullptr) return std::nullopt;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, 3600U));
}

result<std::unique_ptr<client>> client::sibling(const base_url&) const {
    return fail(errc::internal, "this client reaches its own origin only");
}

result<std::unique_ptr<client>> core::sibling(const base_url& origin) const {
    options opts = opts_;
    opts.scheme = origin.scheme;
    opts.host = origin.host;
    opts.port = origin.port;
    opts.credentials.clear();
    auto shared = std::make_shared<shared_state>(shared_->name(), opts);
    return client::create(context_, std::move(opts), std::move(shared));
}

result<std::unique_ptr<client>> client::create(boost::asio::io_context& context, options opts,
                                               std::shared_ptr<shared_state> shared) {
    if (opts.host.empty()) return fail(errc::invalid_configuration, "the upstream has no host");
    if (opts.max_connections == 0) return fail(errc::invalid_configuration, "max_connections must not be 0");
    std::unique_ptr<boost::asio::ssl::context> tls;
    if (opts.scheme == "https") {
        CB_TRY(tls, make_tls_context(opts.tls));
    } else if (opts.scheme != "http") {
        return fail(errc::invalid_configuration, "the upstream's scheme must be \"http\" or \"https\"");
    }
    return std::make_unique<pooled_client>(
        std::make_shared<core>(context, std::move(opts), std::move(tls), std::move(shared)));
}

}  // namespace casebridge::upstream
