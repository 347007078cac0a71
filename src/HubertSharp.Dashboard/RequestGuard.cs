using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HubertSharp.Dashboard;

/// <summary>
/// Stands before every request: no host name but our own (a page elsewhere could point its name at this machine), nothing without the
/// token where there is one, reading only, no address that tries to climb out, and headers that let the page load nothing from elsewhere.
/// </summary>
internal sealed class RequestGuard(string? host, AccessToken? token)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Climbing = ["..", "%2e", "%2f", "%5c", "%00", "\\", "//"];

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!IsOurs(context))
            await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "this server does not answer to that host name")
                .ConfigureAwait(false);
        else if (token is not null && !token.Admits(context))
            await SignInPage.WriteAsync(context).ConfigureAwait(false);
        else if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "the dashboard only reads").ConfigureAwait(false);
        else if (Climbs(context))
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "no such address").ConfigureAwait(false);
        else
            await next(context).ConfigureAwait(false);
    }

    private bool IsOurs(HttpContext context)
    {
        var name = context.Request.Host.Host.TrimEnd('.');
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (host is not null && name.Equals(host, StringComparison.OrdinalIgnoreCase)))
            return true;
        if (!IPAddress.TryParse(name.Trim('[', ']'), out var address))
            return false;
        // an address is no name that could be pointed elsewhere; the one that the connection came in by is ours
        return IPAddress.IsLoopback(address) || (host is not null
            && context.Connection.LocalIpAddress is { } local
            && (address.Equals(local) || address.Equals(local.MapToIPv4())));
    }

    private static bool Climbs(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var path = target.Split('?')[0];
        return !path.StartsWith('/') || Climbing.Any(c => path.Contains(c, StringComparison.OrdinalIgnoreCase));
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n");
    }
}
