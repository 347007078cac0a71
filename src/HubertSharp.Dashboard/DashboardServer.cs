using System.Net;
using System.Net.Sockets;
using HubertSharp.Dashboard.Board;
using HubertSharp.Dashboard.Curves;
using HubertSharp.Dashboard.Listening;
using HubertSharp.Dashboard.Machine;
using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace HubertSharp.Dashboard;

/// <summary>The dashboard: a web server that reads run folders and changes nothing.</summary>
public sealed class DashboardServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private readonly IDisposable[] _owned;

    private DashboardServer(WebApplication app, CancellationTokenSource stopping, IDisposable[] owned, string? token)
    {
        (_app, _stopping, _owned, Token) = (app, stopping, owned, token);
        Url = new Uri(app.Urls.First());
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>What a browser has to bring once, as <c>?token=</c>; null where nothing is asked for.</summary>
    public string? Token { get; }

    /// <summary>Starts listening.</summary>
    /// <param name="options">Folder and address.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="UserException">No such folder, an address that is not this machine's, a port that is taken.</exception>
    public static async Task<DashboardServer> StartAsync(DashboardOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(options.Root))
            throw DashboardFaults.NoFolder(options.Root);
        if (options.Port is < 0 or > 65535)
            throw DashboardFaults.BadPort(options.Port);
        var address = AddressOf(options.Host);
        var token = options.Token ?? (IPAddress.IsLoopback(address) ? null : AccessToken.Generate());
        var guard = new RequestGuard(options.Host, token is null ? null : new AccessToken(token));
        var roots = new AudioRoots(options.Root, options.AudioRoots);
        var stopping = new CancellationTokenSource();
        var catalog = new RunCatalog(options.Root, TimeProvider.System);
        var (doctor, decoded) = (new DoctorCache(TimeProvider.System), new DecodedAudio(options.ReadAudio, roots));
        var utterances = new Utterances(decoded, roots);
        var predictions = new Predictions(utterances, decoded, roots);
        var machine = new MachineMonitor(TimeProvider.System, new NvidiaSmi(Environment.GetEnvironmentVariable("PATH")));
        var board = new RunBoard(catalog, doctor);
        var curves = new CurveStore(TimeProvider.System);
        IDisposable[] owned = [new RunGauges(board), predictions, utterances, decoded, machine, doctor];

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(address, options.Port);
            k.AddServerHeader = false;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = Patience);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddOpenTelemetry().WithMetrics(m => m.AddMeter(RunGauges.MeterName).AddPrometheusExporter());
        var app = builder.Build();
        app.Use(next => context => guard.InvokeAsync(context, next));
        app.Use(next => context => SayFaultsAsync(context, next));
        app.MapPrometheusScrapingEndpoint("/metrics");
        new DashboardApi(catalog, board, doctor, curves, utterances, predictions, machine,
            new EventStream(board, catalog, curves, options.Poll, stopping.Token)).Map(app);
        var started = false;
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
            started = true;
            return new DashboardServer(app, stopping, owned, token);
        }
        catch (IOException e)
        {
            throw DashboardFaults.CannotListen(options.Host ?? "127.0.0.1", options.Port, e);
        }
        catch (SocketException e)
        {
            throw DashboardFaults.CannotListen(options.Host ?? "127.0.0.1", options.Port, e);
        }
        finally
        {
            if (!started)
            {
                await app.DisposeAsync().ConfigureAwait(false);
                Array.ForEach(owned, o => o.Dispose());
                stopping.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false); // open event streams end, or the server would wait for them
        try
        {
            // a request that hangs in a file is left behind: the process ends all the same
            await _app.StopAsync().WaitAsync(2 * Patience).ConfigureAwait(false);
            await _app.DisposeAsync().AsTask().WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return;
        }
        Array.ForEach(_owned, o => o.Dispose());
        _stopping.Dispose();
    }

    private static IPAddress AddressOf(string? host)
    {
        if (host is null || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return IPAddress.Loopback;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(host) is [var first, ..] ? first : throw DashboardFaults.UnknownHost(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw DashboardFaults.UnknownHost(host, e);
        }
    }

    // What the user can mend goes to the page as one line; a bug also to standard error with its stack.
    private static async Task SayFaultsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted && e is not OperationCanceledException)
        {
            var isForbidden = e is AudioElsewhereException;
            var isFault = isForbidden || e is UserException or IOException or UnauthorizedAccessException;
            if (!isFault)
                await Console.Error.WriteAsync($"hubert: a bug, please report it: {PrintableText.Of(context.Request.Path)}\n{e}\n")
                    .ConfigureAwait(false);
            context.Response.StatusCode = isForbidden ? StatusCodes.Status403Forbidden
                : isFault ? StatusCodes.Status422UnprocessableEntity
                : StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsJsonAsync(new
            {
                error = isFault ? e.Message : "a bug; its stack is in the terminal of 'hubert dashboard'",
            }, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the browser went away
        }
    }

    /// <summary>Signals belong to the command line, not to the web host.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
