-- Tracecat requests served from ThreatConnect, as somebody would write it by hand for nginx: reading a case, listing
-- cases, creating one. It follows mappings/case.jsonc for the documents of this benchmark, and leaves out what
-- casebridge does besides: validation of bodies, files of carried state, several accounts, ledger, metrics.
local bit, cjson, ffi = require("bit"), require("cjson.safe"), require("ffi")
local band, bor, bxor, lshift, rshift = bit.band, bit.bor, bit.bxor, bit.lshift, bit.rshift
local null = cjson.null

ffi.cdef [[
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct evp_md_st EVP_MD;
EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
const EVP_CIPHER *EVP_aes_128_ecb(void);
int EVP_EncryptInit_ex(EVP_CIPHER_CTX *, const EVP_CIPHER *, void *, const unsigned char *, const unsigned char *);
int EVP_CIPHER_CTX_set_padding(EVP_CIPHER_CTX *, int);
int EVP_EncryptUpdate(EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int);
unsigned char *SHA256(const unsigned char *, size_t, unsigned char *);
const EVP_MD *EVP_sha256(void);
unsigned char *HMAC(const EVP_MD *, const void *, int, const unsigned char *, size_t, unsigned char *, unsigned int *);
]]

local C = ffi.C
local M = {}
local config, workspaces, definitions, field_index, attribute_field, owner_argument
local cipher, block_in, block_out, block_size, digest =
    nil, ffi.new("unsigned char[16]"), ffi.new("unsigned char[16]"), ffi.new("int[1]"), ffi.new("unsigned char[32]")

-- Ids: a UUID that encrypts (kind, number) with a check --------------------------------------------------------------

local KIND = { case = 1ULL, tag = 2ULL, user = 3ULL, row = 5ULL }
local MASK61, MASK53 = lshift(1ULL, 61) - 1ULL, lshift(1ULL, 53) - 1ULL

local function mix(domain, value)
    for i = 0, 7 do
        block_in[i] = 0
        block_in[8 + i] = tonumber(band(rshift(value, 56 - 8 * i), 0xFFULL))
    end
    block_in[0] = domain
    C.EVP_EncryptUpdate(cipher, block_out, block_size, block_in, 16)
    local out = 0ULL
    for i = 0, 7 do out = bor(lshift(out, 8), 0ULL + block_out[i]) end
    return band(out, MASK61)
end

local hex, uuid_text = {}, ffi.new("char[36]")
for i = 0, 255 do
    local text = ("%02x"):format(i)
    hex[i] = { text:byte(1), text:byte(2) }
end

local function text_of_uuid(high, low)
    local at = 0
    for i = 0, 15 do
        local half = i < 8 and high or low
        local byte = hex[tonumber(band(rshift(half, 56 - 8 * (i % 8)), 0xFFULL))]
        uuid_text[at], uuid_text[at + 1] = byte[1], byte[2]
        at = at + 2
        if i == 3 or i == 5 or i == 7 or i == 9 then
            uuid_text[at] = 45
            at = at + 1
        end
    end
    return ffi.string(uuid_text, 36)
end

local function encode_id(kind, number)
    local payload = bor(lshift(kind, 53), 1ULL * number)
    local check = mix(1, payload)
    payload = bxor(payload, mix(2, check))
    local high = bor(bor(lshift(rshift(check, 13), 16), 0x4000ULL), band(rshift(check, 1), 0xFFFULL))
    local low = bor(bor(0x8000000000000000ULL, lshift(band(check, 1ULL), 61)), payload)
    return text_of_uuid(high, low)
end

local function decode_id(kind, text)
    local digits = text:gsub("-", "")
    if #digits ~= 32 then return nil end
    local function half(from)
        return bor(lshift(1ULL * tonumber(digits:sub(from, from + 7), 16), 32), 1ULL * tonumber(digits:sub(from + 8, from + 15), 16))
    end
    local high, low = half(1), half(17)
    local check = bor(bor(lshift(rshift(high, 16), 13), lshift(band(high, 0xFFFULL), 1)), band(rshift(low, 61), 1ULL))
    local payload = bxor(band(low, MASK61), mix(2, check))
    if mix(1, payload) ~= check or rshift(payload, 53) ~= kind then return nil end
    return tonumber(band(payload, MASK53))
end

-- Who is asking ----------------------------------------------------------------------------------------------------

local function allowed()
    local id, secret = (ngx.var.http_authorization or ""):match("^Bearer tc_org_sk_(%w+)_(.+)$")
    if id ~= config.key_id then return false end
    C.SHA256(secret, #secret, digest)
    return ffi.string(digest, 32) == config.key_digest
end

-- Documents --------------------------------------------------------------------------------------------------------

local COARSE = {
    status = { new = "Open", in_progress = "Open", on_hold = "Open", unknown = "Open", other = "Open",
               closed = "Closed", resolved = "Closed" },
    severity = { low = "Low", informational = "Low", medium = "Medium", unknown = "Medium", other = "Medium",
                 high = "High", critical = "Critical", fatal = "Critical" },
}
local PICK = {
    status = { Open = "new", Closed = "closed" },
    severity = { Low = "low", Medium = "medium", High = "high", Critical = "critical" },
}
local REFINED = { ["In Progress / Investigating"] = "in_progress", ["Deferred / Delayed"] = "on_hold" }

-- A carried value refines the native one as long as that has not changed since.
local function fine(which, native, plain, carried, witness)
    if type(carried) ~= "table" then return plain end
    if COARSE[which][carried[1]] ~= native then
        local reopened = native == "Open" and plain == "new" and (carried[1] == "resolved" or carried[1] == "closed")
        return reopened and "in_progress" or plain
    end
    local same = (carried[3] or "") == "" or carried[3]:sub(1, 19) == (witness or ""):sub(1, 19)
    return same and carried[2] == plain and carried[1] or plain
end

local function time_text(t)
    if type(t) ~= "string" then return null end
    if #t == 20 then return t end
    local whole, fraction = t:match("^(.+)%.(%d+)Z$")
    if not whole then return t end
    if not fraction:find("[^0]") then return whole .. "Z" end
    return whole .. "." .. fraction .. ("0"):rep(6 - #fraction) .. "Z"
end

local function slug(text)
    return (text:lower():gsub("(%d),(%d)", "%1%2"):gsub("[^%w]+", "-"):gsub("^%-", ""):gsub("%-$", ""))
end

local tag_cache = {}
local function tag_document(t)
    local known = tag_cache[t.id]
    if known and known.name == t.name then return known end
    known = { id = encode_id(KIND.tag, t.id), name = t.name, ref = slug(t.name), color = null }
    tag_cache[t.id] = known
    return known
end

-- An empty Lua table could be either; these are arrays.
local function array_text(list) return #list == 0 and "[]" or cjson.encode(list) end

-- The carried state with the highest revision, and the attribute values by field index.
local function look_through(case)
    local state, revision, values = nil, 0, {}
    local data = case.attributes and case.attributes.data
    for _, a in ipairs(data or {}) do
        if a.type == "Bridge State" then
            local s = cjson.decode(a.value)
            if type(s) == "table" and s.v == 1 and (s.r or 0) > revision then state, revision = s, s.r end
        else
            local index = attribute_field[a.type]
            if index then values[index] = a.value end
        end
    end
    return state and state.s or {}, values
end

local function common(case, carried, id)
    local tags = {}
    for i, t in ipairs(case.tags and case.tags.data or {}) do tags[i] = tag_document(t) end
    local assigned = case.assignee and case.assignee.data
    local plain = case.status == "Open" and REFINED[case.resolution] or PICK.status[case.status] or "unknown"
    return {
        id = id,
        short_id = ("CASE-%04d"):format(case.id),
        created_at = time_text(case.dateAdded),
        updated_at = time_text(case.lastUpdated),
        summary = case.name or "",
        status = fine("status", case.status, plain, carried.status, case.caseCloseTime),
        priority = carried.priority or "unknown",
        severity = fine("severity", case.severity, PICK.severity[case.severity] or "unknown", carried.severity),
        assignee = assigned and config.people[tostring(assigned.id)] or null,
    }, array_text(tags)
end

-- cjson knows no empty arrays, so these members are appended to the text of the rest.
local function close(document, ...) return document:sub(1, -2) .. table.concat({ ... }) .. "}" end

local function user(name) return function(case) local u = case[name] return u and u.userName end end
local function time(name) return function(case) return time_text(case[name]) end end
local function plain(name) return function(case) return case[name] end end

local function listed(name, meant, members)
    return function(case)
        local out = {}
        for _, entry in ipairs(case[name] and case[name].data or {}) do
            if meant(entry) then
                local shown = {}
                for _, m in ipairs(members) do shown[m] = entry[m] end
                if entry.user then shown.user = entry.user.userName end
                out[#out + 1] = shown
            end
        end
        return out[1] and out or nil
    end
end
local function no_file(a) return a.type ~= "File" and not a.type:find(" File$") and not a.summary:find("^casebridge%-state%-") end
local function by_people(e) return not e.systemGenerated and not e.deleted end

local NATIVE = {
    tc_resolution = function(case) return case.resolution or "Not Specified" end,
    tc_case_open_time = time("caseOpenTime"), tc_case_close_time = time("caseCloseTime"),
    tc_case_occurrence_time = time("caseOccurrenceTime"), tc_case_detection_time = time("caseDetectionTime"),
    tc_detection_due = time("detectionDue"), tc_detection_overdue = plain("detectionOverdue"),
    tc_time_to_detect = plain("timeToDetect"), tc_response_due = time("responseDue"),
    tc_response_overdue = plain("responseOverdue"), tc_time_to_respond = plain("timeToRespond"),
    tc_created_by = user("createdBy"), tc_case_open_user = user("caseOpenUser"),
    tc_case_close_user = user("caseCloseUser"), tc_case_occurrence_user = user("caseOccurrenceUser"),
    tc_case_detection_user = user("caseDetectionUser"), tc_xid = plain("xid"), tc_owner = plain("owner"),
    tc_artifacts = listed("artifacts", no_file, { "id", "type", "summary", "intelType", "source", "fieldName", "dateAdded" }),
    tc_timeline = listed("workflowEvents", by_people, { "id", "eventDate", "summary", "dateAdded" }),
    created_at = time("dateAdded"), updated_at = time("dateAdded"),
    id = function(case) return encode_id(KIND.row, case.id) end,
    case_id = function(_, id) return id end,
}

local function read_document(case)
    local id = encode_id(KIND.case, case.id)
    local carried, values = look_through(case)
    local document, tags = common(case, carried, id)
    document.description = case.description or ""
    document.payload = carried.payload or null
    -- The definitions are the same for every case: only their values are set, and encoded before the next case.
    for i, d in ipairs(definitions) do
        local value
        if NATIVE[d.id] then value = NATIVE[d.id](case, id) else value = values[i] end
        if value == nil then value = null end
        d.value = value
    end
    document.fields = definitions
    return close(cjson.encode(document), ',"tags":', tags, ',"dropdown_values":[],"rows":[]')
end

local function item_document(case)
    local carried = look_through(case)
    local document, tags = common(case, carried, encode_id(KIND.case, case.id))
    document.durations, document.field_values, document.payload = null, null, null
    document.num_tasks_completed, document.num_tasks_total = 0, 0
    return close(cjson.encode(document), ',"tags":', tags, ',"dropdown_values":[],"rows":[]')
end

-- Routes -----------------------------------------------------------------------------------------------------------

local function ask(target, method, body)
    return ngx.location.capture("/backend", { method = method or ngx.HTTP_GET, body = body or "", vars = { target = target } })
end

local function answer(status, text)
    ngx.status = status
    ngx.header["Content-Length"] = #text
    ngx.print(text)
end

local FAILURES = { [404] = "Not Found", [401] = "Unauthorized", [502] = "Upstream error" }
local function refuse(status) return answer(status, cjson.encode({ detail = FAILURES[status] })) end

local function opened(reply)
    if reply.status > 299 then return nil, reply.status == 404 and 404 or 502 end
    local envelope = cjson.decode(reply.body)
    if type(envelope) ~= "table" or envelope.status ~= "Success" or type(envelope.data) ~= "table" then return nil, 502 end
    return envelope
end

local function visible(case)
    local access = case.userAccess and case.userAccess.data
    return case.owner == config.organization and not (access and #access > 0)
end

local EXTRAS = "&fields=attributes&fields=tags&fields=userAccess"
local CHILDREN = "&fields=artifacts&fields=workflowEvents"

local function read_case(id)
    local number = decode_id(KIND.case, id)
    if not number then return refuse(404) end
    local envelope, status = opened(ask("/api/v3/cases/" .. number .. owner_argument .. EXTRAS .. CHILDREN))
    if not envelope then return refuse(status) end
    if not visible(envelope.data) then return refuse(404) end
    return answer(200, read_document(envelope.data))
end

local function base64url(text) return (ngx.encode_base64(text, true):gsub("[+/]", { ["+"] = "-", ["/"] = "_" })) end

local function cursor(workspace, last)
    local text = cjson.encode({ version = 1, direction = "forward", boundary = "exclusive", query_fingerprint = workspace,
                                values = { last.dateAdded, base64url(tostring(last.id)) } })
    C.HMAC(C.EVP_sha256(), config.key_digest, 32, text, #text, digest, nil)
    return base64url(text) .. "." .. base64url(ffi.string(digest, 32))
end

local function list_cases(workspace)
    local limit = tonumber(ngx.var.arg_limit) or 20
    local envelope, status = opened(ask("/api/v3/cases" .. owner_argument .. EXTRAS ..
        "&sorting=dateAdded%20desc%20id%20desc&resultLimit=" .. limit + 1 .. "&count=true"))
    if not envelope then return refuse(status) end
    local items, last, more = {}, nil, false
    for _, case in ipairs(envelope.data) do
        if visible(case) then
            if #items == limit then more = true break end
            items[#items + 1] = item_document(case)
            last = case
        end
    end
    local rest = cjson.encode({ next_cursor = more and cursor(workspace, last) or null, prev_cursor = null, has_more = more,
                                has_previous = false, total_estimate = envelope.count })
    return answer(200, close(rest, ',"items":[', table.concat(items, ","), "]"))
end

local function create_case()
    ngx.req.read_body()
    local wanted = cjson.decode(ngx.req.get_body_data() or "")
    if type(wanted) ~= "table" then return refuse(422) end
    local carried, attributes, case = {}, {}, { name = wanted.summary, description = wanted.description }
    for field, value in pairs(wanted.fields or {}) do
        if field == "tc_resolution" then
            case.resolution = value
        else
            attributes[#attributes + 1] = { type = field_index[field], value = value }
        end
    end
    for _, which in ipairs({ "status", "severity" }) do
        local value = wanted[which]
        case[which] = COARSE[which][value]
        local reads = PICK[which][case[which]]
        if which == "status" and case.status == "Open" then reads = REFINED[case.resolution] or reads end
        if reads ~= value then carried[which] = { value, reads, "" } end
    end
    if wanted.priority ~= "unknown" then carried.priority = wanted.priority end
    carried.payload = wanted.payload
    if wanted.assignee_id then case.assignee = config.assignees[wanted.assignee_id] end
    if next(carried) then
        attributes[#attributes + 1] =
            { type = "Bridge State", value = cjson.encode({ v = 1, r = 1, t = config.table, s = carried }) }
    end
    case.attributes = { data = attributes, mode = "append" }
    local envelope, status =
        opened(ask("/api/v3/cases" .. owner_argument .. "&fields=attributes", ngx.HTTP_POST, cjson.encode(case)))
    if not envelope then return refuse(status) end
    ngx.header["Location"] = ngx.var.uri .. "/" .. encode_id(KIND.case, envelope.data.id)
    return answer(201, "null")
end

function M.handle()
    if not allowed() then return refuse(401) end
    local workspace, id = ngx.var.uri:match("^/workspaces/([%x-]+)/cases/?([%x-]*)$")
    if not workspace or not workspaces[workspace] then return refuse(404) end
    if id ~= "" then return read_case(id) end
    if ngx.req.get_method() == "POST" then return create_case() end
    return list_cases(workspace)
end

function M.load(file)
    local handle = assert(io.open(file))
    config = assert(cjson.decode(handle:read("*a")))
    handle:close()
    local function bytes(text) return (text:gsub("%x%x", function(h) return string.char(tonumber(h, 16)) end)) end
    config.key_digest = bytes(config.key_hash)
    owner_argument = "?owner=" .. config.organization:gsub(" ", "%%20")
    workspaces, field_index, attribute_field = {}, {}, {}
    for _, id in ipairs(config.workspaces) do workspaces[id] = true end
    definitions = config.fields
    local index = {}
    for i, d in ipairs(definitions) do index[d.id] = i end
    for type, field in pairs(config.attributes) do
        field_index[field] = type
        attribute_field[type] = index[field]
    end
    cipher = C.EVP_CIPHER_CTX_new()
    C.EVP_EncryptInit_ex(cipher, C.EVP_aes_128_ecb(), nil, bytes(config.id_key), nil)
    C.EVP_CIPHER_CTX_set_padding(cipher, 0)
end

return M
