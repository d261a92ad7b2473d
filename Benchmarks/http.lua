-- Posts credentials from a file, one body a line, each connection from a place of its own.
local bodies = {}
for line in io.lines(os.getenv("LATCHKEY_BODIES")) do bodies[#bodies + 1] = line end
local index = 0

function init(args)
  math.randomseed(os.time())
  index = math.random(#bodies)
end

function request()
  index = index % #bodies + 1
  return wrk.format("POST", "/services/AuthorizationService.svc/rest/Authorize?service=webservices",
    { ["content-type"] = "application/json" }, bodies[index])
end

