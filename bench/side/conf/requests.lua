-- wrk: sends the requests of the file named after "--" in turn; ends with one line of JSON.
local requests, at = {}, 0

function init(arguments)
    local all = dofile(arguments[1])
    for i, target in ipairs(all.targets) do
        requests[i] = wrk.format(all.method, target, all.headers, all.body)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency, _)
    local e = summary.errors
    io.write(("\n{\"requests\":%d,\"microseconds\":%d,\"errors\":%d,\"p50\":%d,\"p99\":%d}\n"):format(
        summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
        latency:percentile(50), latency:percentile(99)))
end
