package io.gapless.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Creates the JSON of X's errors and notices, as documented or observed. */
final class Problems {
    private static final String TYPE = "https://api.twitter.com/2/problems/";

    private Problems() {}

    static ObjectNode unauthorized() {
        return Json.constant("""
                {"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}""");
    }

    static ObjectNode notFound() {
        return Json.constant("""
                {"title":"Not Found","type":"about:blank","status":404,"detail":"Not Found"}""");
    }

    static ObjectNode invalid(String parameter, String value, String message) {
        ObjectNode problem = Json.object();
        ObjectNode one = problem.putArray("errors").addObject();
        one.putObject("parameters").putArray(parameter).add(value);
        one.put("message", message);
        problem.put("title", "Invalid Request");
        problem.put("detail", "One or more parameters to your request was invalid.");
        problem.put("type", TYPE + "invalid-request");
        return problem;
    }

    static ObjectNode connection(String issue, String detail) {
        ObjectNode problem = Json.object();
        problem.put("title", "ConnectionException");
        problem.put("detail", detail);
        problem.put("connection_issue", issue);
        problem.put("type", TYPE + "streaming-connection");
        return problem;
    }

    static ObjectNode tooManyConnections() {
        return connection("TooManyConnections", "This stream is currently at the maximum allowed connection limit.");
    }

    static ObjectNode noRules() {
        return connection(
                "RuleConfigurationIssue",
                "You must define rules using the POST /2/tweets/search/stream/rules endpoint before connecting to"
                        + " filtered stream.");
    }

    static ObjectNode provisioning() {
        return connection(
                "ProvisioningSubscription",
                "Your subscription change is currently being provisioned, please try again in a minute.");
    }

    static ObjectNode rateLimited() {
        return Json.constant("""
                {"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}""");
    }

    static ObjectNode usageCap() {
        return Json.constant("""
                {"account_id":1,"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly",\
                "scope":"Product","detail":"Usage cap exceeded: Monthly product cap",\
                "type":"https://api.twitter.com/2/problems/usage-capped"}""");
    }

    static ObjectNode creditsDepleted() {
        return Json.constant("""
                {"account_id":1,"title":"CreditsDepleted",\
                "detail":"Your enrolled account [1] does not have any credits to fulfill this request.",\
                "type":"https://api.twitter.com/2/problems/credits"}""");
    }

    static ObjectNode forbidden() {
        return Json.constant("""
                {"client_id":"1","detail":"When authenticating requests to the Twitter API v2 endpoints, you must use \
                keys and tokens from a Twitter developer App that is attached to a Project. You can create a project \
                via the developer portal.","registration_url":"https://developer.twitter.com/en/docs/projects/overview",\
                "title":"Client Forbidden","required_enrollment":"Appropriate Level of API Access",\
                "reason":"client-not-enrolled","type":"https://api.twitter.com/2/problems/client-forbidden"}""");
    }

    static ObjectNode wrongCredentials() {
        return Json.constant("""
                {"errors":[{"code":99,"label":"authenticity_token_error",\
                "message":"Unable to verify your credentials"}]}""");
    }

    static ObjectNode ruleCap(int held, int cap) {
        ObjectNode problem = Json.object();
        problem.put("title", "RulesCapExceeded");
        problem.put("detail", "Your project holds " + held + " of " + cap + " rules and can't hold these too.");
        problem.put("type", TYPE + "rule-cap");
        return problem;
    }

    static ObjectNode duplicateRule(String value, String existingId) {
        ObjectNode error = Json.object();
        error.put("value", value);
        if (!existingId.isEmpty()) {
            error.put("id", existingId);
        }
        error.put("title", "DuplicateRule");
        error.put("type", TYPE + "duplicate-rules");
        return error;
    }

    static ObjectNode invalidRule(String value, String detail) {
        ObjectNode error = Json.object();
        error.put("value", value);
        error.putArray("details").add(detail);
        error.put("title", "UnprocessableEntity");
        error.put("type", TYPE + "invalid-rules");
        return error;
    }

    static ObjectNode noSuchRule() {
        ObjectNode error = Json.object();
        ObjectNode one = error.putArray("errors").addObject();
        one.putObject("parameters");
        one.put("message", "Rule does not exist");
        error.put("title", "Invalid Request");
        error.put("detail", "One or more parameters to your request was invalid.");
        error.put("type", TYPE + "invalid-request");
        return error;
    }

    /** Returns a notice within the stream, not wrapped in {@code errors}. */
    static ObjectNode disconnect(String type, String detail) {
        ObjectNode notice = Json.object();
        notice.put("title", "operational-disconnect");
        notice.put("disconnect_type", type);
        notice.put("detail", detail);
        notice.put("type", TYPE + "operational-disconnect");
        return notice;
    }

    static ObjectNode wrapped(ObjectNode notice) {
        ObjectNode wrapper = Json.object();
        wrapper.putArray("errors").add(notice);
        return wrapper;
    }

    /** Returns a partial error for a referenced post that cannot be shown. */
    static ObjectNode referencedPostNotVisible(String id) {
        ObjectNode error = Json.object();
        error.put("value", id);
        error.put("detail", "Sorry, you are not authorized to see the Tweet with  referenced_tweets.id: [" + id + "].");
        error.put("title", "Authorization Error");
        error.put("resource_type", "tweet");
        error.put("parameter", "referenced_tweets.id");
        error.put("resource_id", id);
        error.put("type", TYPE + "not-authorized-for-resource");
        return error;
    }
}
