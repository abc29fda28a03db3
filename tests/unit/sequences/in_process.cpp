#include "in_process.hpp"

namespace casebridge::sequences {

bool direct_client::mend() {
    countdown_.reset();
    return std::exchange(happened_, false);
}

fault direct_client::next_fault() {
    if (!countdown_) return fault::none;
    if (*countdown_ > 0) {
        --*countdown_;
        return fault::none;
    }
    countdown_.reset();
    happened_ = true;
    return how_;
}

task<result<upstream::answer>> direct_client::send(const upstream::call& c) {
    const fault how = next_fault();
    if (how == fault::refused) co_return fail(errc::upstream_refused, "refused");
    upstream::answer out;
    if (how == fault::unavailable || how == fault::broken) {
        out.status = how == fault::broken ? 500 : 503;
        co_return out;
    }
    upstream::headers fields = c.fields;
    if (c.sign != nullptr) (*c.sign)(c.method, c.target, fields);
    const http::request req = make_request(c.method, c.target, upstream::whole_body(c), fields);
    http::response res;
    server_(req, res);
    if (how == fault::lost) co_return fail(errc::upstream_reset, "the answer did not arrive");
    out.status = res.status;
    out.content_type = res.content_type;
    out.fields.assign(res.fields.begin(), res.fields.end());
    out.body = std::move(res.body);
    co_return out;
}

void run_to_the_end(task<void> what) {
    boost::asio::io_context context(1);
    std::exception_ptr failed;
    boost::asio::co_spawn(context.get_executor(), std::move(what),
                          [&failed](const std::exception_ptr& e) { failed = e; });
    context.run();
    if (failed) std::rethrow_exception(failed);
}

http::request make_request(std::string_view method, std::string_view target, std::string_view body,
                           const headers& fields) {
    http::request req;
    req.method = method;
    req.target = target;
    req.body = body;
    req.fields.push_back({"Host", "sequences.test"});
    for (const auto& [name, value] : fields) req.fields.push_back({name, value});
    req.peer = "127.0.0.1";
    req.request_id = "1";
    req.received = http::clock::now();
    req.deadline = req.received + std::chrono::seconds(30);
    return req;
}

answer answer_of(const http::response& res) {
    answer out{res.status, res.body, {}};
    for (const auto& [name, value] : res.fields) {
        if (http::iequals(name, "casebridge-loss")) out.loss = value;
    }
    return out;
}

}  // namespace casebridge::sequences
