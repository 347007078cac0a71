using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;

namespace HubertSharp.Runs.Doctor.Watch;

/// <summary>
/// Posts messages from a thread of its own: at most 16 wait (the oldest give way), each is tried three times, nothing ever blocks or
/// ends the run. Redirects are not followed.
/// </summary>
internal sealed class WebhookQueue : IDisposable
{
    private const int Waiting = 16;
    private const int Tries = 3;
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AtTheEnd = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Channel<WebhookMessage> _queue = Channel.CreateBounded<WebhookMessage>(new BoundedChannelOptions(Waiting)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
    });
    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly Action<string> _notice;
    private readonly TimeProvider _clock;
    private readonly Task _sender;
    private bool _complained;

    public WebhookQueue(Uri address, Action<string> notice, HttpMessageHandler? handler, TimeProvider clock)
    {
        (_address, _notice, _clock) = (address, notice, clock);
        _client = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = OneTry })
        {
            Timeout = OneTry,
        };
        _sender = Task.Run(SendAll);
    }

    /// <summary>Returns at once.</summary>
    public void Send(string run, long update, LossReport report, IReadOnlyList<LossFinding> news) =>
        _queue.Writer.TryWrite(new WebhookMessage(Path.GetFileName(Path.TrimEndingDirectorySeparator(run)), update, report.Verdict,
            report.Summary, news));

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        if (!_sender.IsCompleted)
            Task.WhenAny(_sender, Task.Delay(AtTheEnd, _clock)).Wait();
        if (!_sender.IsCompleted)
            _end.Cancel();
        _client.Dispose();
    }

    private async Task SendAll()
    {
        await foreach (var message in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            for (var attempt = 1; attempt <= Tries && !_end.IsCancellationRequested; attempt++)
            {
                var (sent, why) = await Try(message).ConfigureAwait(false);
                if (sent)
                    break;
                if (attempt == Tries && !_complained)
                {
                    _complained = true; // once is enough: a dead address must not fill the log
                    _notice($"the webhook does not answer ({why}); the training goes on without it");
                }
                await Task.Delay(TimeSpan.FromMilliseconds(200 * Math.Pow(4, attempt)), _clock, _end.Token)
                    .ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }
        }
    }

    private async Task<(bool Sent, string Why)> Try(WebhookMessage message)
    {
        try
        {
            // a body of known length: small receivers do not read chunks; of the answer only its status is of interest, however long it is
            using var request = new HttpRequestMessage(HttpMethod.Post, _address)
            {
                Content = new StringContent(JsonSerializer.Serialize(message, Json), Encoding.UTF8, "application/json"),
            };
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _end.Token).ConfigureAwait(false);
            return (answer.IsSuccessStatusCode, $"status {(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return (false, e is OperationCanceledException ? "no answer in time" : e.Message);
        }
    }
}

/// <summary>What a webhook is told.</summary>
/// <param name="Run">Name of the run folder.</param>
/// <param name="Update">Updates so far.</param>
/// <param name="Verdict"><c>normal</c>, <c>too_early</c>, <c>watch</c> or <c>broken</c>.</param>
/// <param name="Text">The verdict as a sentence; chat programs show this field.</param>
/// <param name="Findings">What is new.</param>
internal sealed record WebhookMessage(string Run, long Update, LossVerdict Verdict, string Text, IReadOnlyList<LossFinding> Findings);
