using System.Net;
using System.Net.Http.Headers;
using HubertSharp.Dashboard;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Dashboard;

[Collection("dashboard")]
public sealed class TokenTests : IDisposable
{
    private const string Token = "a-token/with+signs=0123456789";
    private readonly SampleRuns _runs = new();

    [Fact]
    public async Task Without_the_token_nothing_is_answered()
    {
        await using var server = await StartAsync();
        using var known = Client(server, Token);
        var id = DashboardServerTests.Id((await DashboardServerTests.ListAsync(known))[0]);
        string[] places =
        [
            "", "assets/app.js", "assets/style.css", "api/runs", $"api/runs/{id}", $"api/runs/{id}/doctor", $"api/runs/{id}/curves",
            $"api/runs/{id}/utterances", $"api/runs/{id}/utterances/train/0", $"api/runs/{id}/audio/train/0", $"api/runs/{id}/predictions",
            $"api/runs/{id}/predictions/0/audio", "api/machine", $"api/events?run={id}", "metrics", "no/such/address",
        ];
        foreach (var place in places)
        {
            using (var right = await known.GetAsync(place, HttpCompletionOption.ResponseHeadersRead))
                Assert.True(right.StatusCode == (place == "no/such/address" ? HttpStatusCode.NotFound : HttpStatusCode.OK), place);
            foreach (var wrong in new[] { null, "", "wrong", Token[..^1], Token + "x", Token.ToUpperInvariant() })
            {
                using var http = Client(server, wrong);
                var query = wrong is null ? "" : $"{(place.Contains('?') ? '&' : '?')}token={Uri.EscapeDataString(wrong)}";
                using var answer = await http.GetAsync(place + query);
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{place} with '{wrong}'");
                Assert.False(answer.Headers.Contains("Set-Cookie"));
                Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
                Assert.DoesNotContain(id, await answer.Content.ReadAsStringAsync());
            }
            using var posted = await new HttpClient().PostAsync(new Uri(server.Url, place), null);
            Assert.Equal(HttpStatusCode.Unauthorized, posted.StatusCode);
        }
    }

    [Fact]
    public async Task The_address_sets_a_cookie_that_scripts_cannot_read_and_that_is_enough_from_then_on()
    {
        await using var server = await StartAsync();
        using var handler = new HttpClientHandler { UseCookies = false };
        using var http = new HttpClient(handler) { BaseAddress = server.Url };
        using var first = await http.GetAsync($"?token={Uri.EscapeDataString(Token)}");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Contains("app.js", await first.Content.ReadAsStringAsync());
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Matches($"^hubert_{server.Url.Port}=[0-9a-f]{{64}}; path=/; samesite=strict; httponly$", cookie);
        Assert.DoesNotContain(Token, Uri.UnescapeDataString(cookie));
        foreach (var place in new[] { "", "api/runs", "metrics" })
        {
            Assert.Equal(HttpStatusCode.OK, await WithCookieAsync(place, cookie.Split(';')[0]));
        }
        var (name, value) = ($"hubert_{server.Url.Port}", cookie.Split('=', ';')[1]);
        foreach (var wrong in new[] { $"{name}={value[..^1]}", $"{name}={Token}", $"hubert_{server.Url.Port + 1}={value}" })
            Assert.Equal(HttpStatusCode.Unauthorized, await WithCookieAsync("api/runs", wrong));

        async Task<HttpStatusCode> WithCookieAsync(string place, string text)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, place)) { Headers = { { "Cookie", text } } };
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_browser_is_told_what_to_do_in_both_languages()
    {
        await using var server = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await new HttpClient().SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("?token=", page);
        Assert.Contains("需要令牌", page);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("::1", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", true)]
    public async Task Beyond_this_machine_there_is_always_one(string? host, bool isNeeded)
    {
        _runs.AddRun("run");
        await using var server = await _runs.StartAsync(host);
        await using var second = await _runs.StartAsync(host);
        var reached = host is "::" or "::1" ? "[::1]" : host is "0.0.0.0" or null ? "127.0.0.1" : host;
        var address = new UriBuilder(server.Url) { Host = reached }.Uri;
        var without = await new HttpClient().GetAsync(new Uri(address, "api/runs"));
        Assert.Equal(isNeeded ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, without.StatusCode);
        Assert.Equal(isNeeded, server.Token is not null);
        if (!isNeeded)
            return;
        Assert.Matches("^[A-Za-z0-9_-]{32}$", server.Token);
        Assert.NotEqual(server.Token, second.Token);
        Assert.Equal(HttpStatusCode.OK, (await new HttpClient().GetAsync(new Uri(address, $"api/runs?token={server.Token}"))).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("tab\t")]
    [InlineData("ü")]
    public async Task A_token_that_no_address_could_carry_is_refused(string token)
    {
        _runs.AddRun("run");
        var error = await Assert.ThrowsAsync<UserException>(() => _runs.StartAsync(token: token));
        Assert.StartsWith("--token (expected 1 to 256 visible ASCII characters", error.Message);
    }

    public void Dispose() => _runs.Dispose();

    private Task<DashboardServer> StartAsync()
    {
        _runs.AddRun("run");
        _runs.AddCorpus();
        _runs.AddPredictions("run", 400, (1, "b.wav", 0, 16000));
        return _runs.StartAsync(decodes: true, token: Token);
    }

    private static HttpClient Client(DashboardServer server, string? token)
    {
        var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = server.Url };
        if (token is { Length: > 0 })
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
