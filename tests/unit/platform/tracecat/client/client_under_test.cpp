#include "fake_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <stdexcept>

namespace casebridge::test {
namespace {

template <class T>
task<void> keep(task<T> what, std::optional<T>& out) {
    out = co_await std::move(what);
}

struct on_end {
    std::exception_ptr& failed;
    void operator()(const std::exception_ptr& e) const { failed = e; }
};

template <class T>
T run_one(task<T> what) {
    boost::asio::io_context context(1);
    std::optional<T> out;
    std::exception_ptr failed;
    boost::asio::co_spawn(context.get_executor(), keep(std::move(what), out), on_end{failed});
    context.run();
    if (failed) std::rethrow_exception(failed);
    if (!out) throw std::logic_error("a call that never ended");
    return std::move(*out);
}

tracecat::store_options options_of(tracecat::login_credential credential, tracecat::index_limits limits) {
    tracecat::store_options o;
    o.realm = "http://tracecat.test/api";
    o.base_path = "/api";
    o.credentials = {std::move(credential)};
    o.index = limits;
    return o;
}

}  // namespace

client_under_test::client_under_test(fake_server& server, tracecat::login_credential credential,
                                     std::shared_ptr<tracecat::store_memory> shared,
                                     tracecat::index_limits limits)
    : memory(shared ? std::move(shared) : std::make_shared<tracecat::store_memory>(limits)),
      store(server, options_of(std::move(credential), limits), memory) {
    where.id = *uuid::parse(workspace_id);
}

platform::call_context client_under_test::context() {
    platform::call_context ctx;
    ctx.where = &where;
    ctx.credential = "main";
    ctx.deadline = http::clock::now() + std::chrono::seconds(60);
    return ctx;
}

result<platform::store_page> client_under_test::try_list(platform::store_listing what) {
    auto ctx = context();
    auto out = run_one(store.list_cases(ctx, what));
    requests = ctx.requests;
    return out;
}
platform::store_page client_under_test::list(platform::store_listing what) {
    auto out = try_list(std::move(what));
    if (out.has_error())
        throw std::logic_error(std::string(to_string(out.error().code)) + ": " + out.error().detail);
    return std::move(*out);
}
result<platform::stored_case_ptr> client_under_test::read(std::int64_t number, platform::completion needs) {
    auto ctx = context();
    auto out = run_one(store.read_case(ctx, number, needs));
    requests = ctx.requests;
    return out;
}
result<platform::stored_case_ptr> client_under_test::read(const uuid& id, platform::completion needs) {
    auto ctx = context();
    auto out = run_one(store.read_case(ctx, id, needs));
    requests = ctx.requests;
    return out;
}
result<std::optional<std::int64_t>> client_under_test::find(std::string_view external_id) {
    auto ctx = context();
    auto out = run_one(store.find_external_id(ctx, external_id));
    requests = ctx.requests;
    return out;
}
result<platform::case_store::written> client_under_test::create(platform::store_change change) {
    auto ctx = context();
    auto out = run_one(store.create_case(ctx, change));
    requests = ctx.requests;
    return out;
}
result<platform::case_store::written> client_under_test::update(const platform::stored_case& before,
                                                                platform::store_change change) {
    auto ctx = context();
    auto out = run_one(store.update_case(ctx, before, change));
    requests = ctx.requests;
    return out;
}
result<platform::reply_ptr> client_under_test::upload(const uuid& of, std::string_view name,
                                                      std::string_view content_type, std::string_view bytes) {
    auto ctx = context();
    auto out = run_one(store.upload(ctx, of, name, content_type, bytes));
    requests = ctx.requests;
    return out;
}

result<std::string> client_under_test::download(const uuid& of, const uuid& attachment,
                                                std::string_view sha256) {
    auto ctx = context();
    auto out = run_one(store.download(ctx, of, attachment, sha256));
    requests = ctx.requests;
    return out;
}

result<platform::reply_ptr> client_under_test::catalogue(platform::case_store::catalogue what) {
    auto ctx = context();
    auto out = run_one(store.list_catalogue(ctx, what));
    requests = ctx.requests;
    return out;
}
result<void> client_under_test::remove(const uuid& id) {
    auto ctx = context();
    auto out = run_one(store.remove_case(ctx, id));
    requests = ctx.requests;
    return out;
}

result<client_under_test::texts> client_under_test::list_texts() {
    auto ctx = context();
    auto out = run_one(store.list_texts(ctx));
    requests = ctx.requests;
    return out;
}
result<void> client_under_test::write_text(std::string name, std::optional<std::string> text) {
    auto ctx = context();
    auto out = run_one(store.write_text(ctx, std::move(name), std::move(text)));
    requests = ctx.requests;
    return out;
}
result<bool> client_under_test::offers(child what) {
    auto ctx = context();
    auto out = run_one(store.offers(ctx, what));
    requests = ctx.requests;
    return out;
}
result<platform::reply_ptr> client_under_test::children(const uuid& of, child what) {
    auto ctx = context();
    auto out = run_one(store.list_children(ctx, of, what));
    requests = ctx.requests;
    return out;
}
result<platform::reply_ptr> client_under_test::create_child(const uuid& of, child what,
                                                            std::string_view members) {
    auto ctx = context();
    auto out = run_one(store.create_child(ctx, of, what, members));
    requests = ctx.requests;
    return out;
}
result<platform::reply_ptr> client_under_test::update_child(const uuid& of, child what, const uuid& id,
                                                            std::string_view members) {
    auto ctx = context();
    auto out = run_one(store.update_child(ctx, of, what, id, members));
    requests = ctx.requests;
    return out;
}
result<void> client_under_test::remove_child(const uuid& of, child what, const uuid& id) {
    auto ctx = context();
    auto out = run_one(store.remove_child(ctx, of, what, id));
    requests = ctx.requests;
    return out;
}

}  // namespace casebridge::test
