#include "unit/server/fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace casebridge::test {

namespace {

using executor = boost::asio::io_context::executor_type;
using timer = boost::asio::basic_waitable_timer<http::clock, boost::asio::wait_traits<http::clock>, executor>;

constexpr auto awaited = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

std::string text_of(BIO* out) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

task<void> steered_handler::handle(const http::request& req, http::response& res) {
    {
        const std::lock_guard lock(mutex_);
        seen_.push_back(req);
    }
    const std::string path(req.path());
    res.route = "test";
    res.content_type = "text/plain";
    if (path == "/throw") throw std::runtime_error("a bug");
    timer pause(co_await boost::asio::this_coro::executor);
    for (bool once = path == "/pause"; once || (path == "/wait" && waiting_); once = false) {
        pause.expires_after(std::chrono::milliseconds(5));
        const auto [ec] = co_await pause.async_wait(awaited);
        static_cast<void>(ec);
    }
    if (path == "/big") res.body.assign(8 * 1024 * 1024, 'b');
    if (path == "/medium") res.body.assign(100 * 1024, 'm');
    if (path == "/unsized") {
        res.no_length = true;
        res.body = "until the end";
    }
    if (path == "/none") res.status = 204;
    if (path == "/close") res.close = true;
    if (res.body.empty() && res.status != 204) res.body = req.method + " " + req.target + " " + req.body;
}

void steered_handler::refuse(const failure& why, http::response& res) const {
    res.status = http::refusal_status(why);
    res.content_type = "text/plain";
    res.body = to_string(why.code);
    if (why.retry_after) res.body += " " + std::to_string(why.retry_after->count());
}

running::running(const std::function<void(server::options&)>& change) {
    server::options opts;
    opts.name = "test";
    opts.access_log = false;
    opts.bounds.max_lag = std::chrono::milliseconds(0);  // a busy machine is none of a test's business
    if (change) change(opts);
    tls_ = !opts.tls.certificate.empty();
    auto made = server::listener::create(context, opts, handler);
    if (made.has_error()) throw std::runtime_error(made.error().detail);
    listener = std::move(made).value();
    listener->start();
    thread_ = std::thread([this] { context.run(); });
}

running::~running() {
    handler.go_on();
    listener.reset();  // closes every session, after which the context has nothing left to do
    thread_.join();
}

server::tls_files make_certificate() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* name = X509_get_subject_name(certificate.get());
    const unsigned char common[] = "localhost";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    server::tls_files files;
    PEM_write_bio_X509(out.get(), certificate.get());
    files.certificate = text_of(out.get());
    static_cast<void>(BIO_reset(out.get()));
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    files.key = text_of(out.get());
    return files;
}

}  // namespace casebridge::test
