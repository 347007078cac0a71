using Microsoft.AspNetCore.Http;

namespace HubertSharp.Dashboard;

/// <summary>What somebody without the token gets: how to come in, and nothing of the runs.</summary>
internal static class SignInPage
{
    private const string Text =
        "This dashboard asks for its token: open the address that 'hubert dashboard' printed, which ends in ?token=..., "
        + "or send the header 'Authorization: Bearer TOKEN'.\n";

    private const string Html =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>HubertSharp</title>
        <main>
        <h1>Token needed</h1>
        <p>Open the address that <code>hubert dashboard</code> printed when it started: it ends in <code>?token=…</code>.
        This browser then remembers it until it is closed.</p>
        <p>Programs, such as Prometheus, send the header <code>Authorization: Bearer TOKEN</code>.</p>
        <div lang="zh-CN">
        <h2>需要令牌</h2>
        <p>请打开 <code>hubert dashboard</code> 启动时打印的地址，它以 <code>?token=…</code> 结尾。此后浏览器会记住它，直到关闭。</p>
        <p>程序（如 Prometheus）请发送请求头 <code>Authorization: Bearer TOKEN</code>。</p>
        </div>
        </main>
        </html>
        """;

    public static Task WriteAsync(HttpContext context)
    {
        var isPage = context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"hubert dashboard\"";
        context.Response.ContentType = isPage ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        return context.Response.WriteAsync(isPage ? Html : Text);
    }
}
