// The program's one coroutine type. Every connection lives on one single-threaded io_context, so
// the executor is concrete and there are no strands.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace casebridge {

template <class T>
using task = boost::asio::awaitable<T, boost::asio::io_context::executor_type>;

}  // namespace casebridge
