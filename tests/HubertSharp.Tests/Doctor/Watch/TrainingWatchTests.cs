using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Watch;

namespace HubertSharp.Tests.Doctor.Watch;

public class TrainingWatchTests
{
    private static readonly FakeRun Diverging = new()
    {
        Windows = 100,
        Loss = i => i < 60 ? 6 - (0.03 * i) : 6.6,
        Accuracy = null,
        Prefix = "",
    };

    private readonly SettableClock _clock = new();

    [Fact]
    public void Trouble_is_told_once_and_comfort_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var said = new List<string>();
        using var watch = new TrainingWatch(folder.FullName, new TrainingWatchOptions(), said.Add);
        Write(folder, Diverging with { Windows = 60 });
        Assert.Equal((LossVerdict.Normal, false), (watch.Validated(12_000).Report!.Verdict, watch.Validated(12_000).Stop));
        Assert.Empty(said);
        Write(folder, Diverging);
        var result = watch.Validated(20_000);
        Assert.Equal("diverged", Assert.Single(result.News).Code);
        Assert.StartsWith("doctor, update 20000: broken: the masked loss rose from", Assert.Single(said), StringComparison.Ordinal);
        Assert.Empty(watch.Validated(20_200).News);
        Assert.Single(said);
        Assert.False(result.Stop);
    }

    [Fact]
    public void The_first_updates_are_looked_at_without_waiting_for_a_validation()
    {
        static long[] Looks(int interval, int lines) =>
            [.. Enumerable.Range(1, lines).Select(i => (long)i * interval).Where(update => TrainingWatch.IsDue(update, interval))];

        Assert.Equal([100L, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000], Looks(100, 1000));
        Assert.Equal([200L, 600, 1000, 2000, 5000, 10_000], Looks(200, 50)); // 500 is no line, so the next is looked at
        Assert.Equal([102L, 204, 504, 1002], Looks(6, 200));
    }

    [Theory]
    [InlineData(0.0005, 95, false)]
    [InlineData(0.003, 960, false)]
    [InlineData(0.01, 4, false)]
    [InlineData(0.01, 95, true)]
    [InlineData(0.05, 4, true)]
    [InlineData(0, 4, true)]
    [InlineData(1e-9, 95, true)]
    [InlineData(1e-6, 95, false)] // of a fine-tuning
    public void A_rate_far_beyond_what_the_size_bears_is_named(double peak, long millions, bool warns) =>
        Assert.Equal(warns, TrainingWatch.RateWarning(peak, millions * 1_000_000) is not null);

    [Theory]
    [InlineData(0.05, 31_744, "a model of 31,744 parameters bears about 0.01")]
    [InlineData(0.05, 94_700_000, "a model of 94.7 million parameters bears about 0.0045")]
    [InlineData(0, 94_700_000, "the learning rate is 0, at which nothing is learnt")]
    [InlineData(2e-9, 94_700_000, "peaks at 2e-9, at which next to nothing is learnt")]
    public void The_rate_and_the_size_are_told_in_figures_that_say_something(double peak, long parameters, string expected) =>
        Assert.Contains(expected, TrainingWatch.RateWarning(peak, parameters), StringComparison.Ordinal);

    [Fact]
    public void A_warm_up_that_outlasts_the_run_is_told()
    {
        Assert.Equal("warning: the learning rate rises until update 1,920, and the run ends at update 12: it never reaches its peak; "
            + "set lr_scheduler.warmup_updates=1 (8% of the updates, as in the bundled configurations)",
            TrainingWatch.WarmupWarning(new PolynomialDecayConfig { WarmupUpdates = 1920 }, 12));
        Assert.Contains("lr_scheduler.warmup_steps=80 ", TrainingWatch.WarmupWarning(new TriStageConfig { WarmupSteps = 1000 }, 1000));
        Assert.Null(TrainingWatch.WarmupWarning(new PolynomialDecayConfig { WarmupUpdates = 960 }, 12_000));
        Assert.Null(TrainingWatch.WarmupWarning(new FixedConfig(), 1));
        Assert.Null(TrainingWatch.WarmupWarning(new PolynomialDecayConfig { WarmupUpdates = 1 }, 1)); // nothing shorter can be set
    }

    [Fact]
    public void A_broken_run_is_asked_to_stop_when_that_is_wished()
    {
        using var folder = new TemporaryFolder();
        Write(folder, Diverging);
        var said = new List<string>();
        using var watch = new TrainingWatch(folder.FullName, new TrainingWatchOptions { StopOnBroken = true }, said.Add);
        Assert.True(watch.Validated(20_000).Stop);
        Assert.Contains("stopping, as asked", said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_goes_wrong_ends_in_a_notice()
    {
        using var folder = new TemporaryFolder();
        var said = new List<string>();
        using var watch = new TrainingWatch(folder.At("missing"), new TrainingWatchOptions { StopOnBroken = true }, said.Add);
        Assert.Equal((null, false), (watch.Validated(10).Report, watch.Validated(10).Stop));
        Assert.All(said, s => Assert.StartsWith("the doctor could not look at update 10:", s, StringComparison.Ordinal));
        using var off = new TrainingWatch(folder.At("missing"), new TrainingWatchOptions { Enabled = false }, said.Add);
        said.Clear();
        Assert.Null(off.Validated(10).Report);
        Assert.Empty(said);
    }

    [Fact]
    public void The_webhook_gets_the_news_after_two_failures()
    {
        using var folder = new TemporaryFolder();
        Write(folder, Diverging);
        using var handler = new FakeServer([HttpStatusCode.ServiceUnavailable, HttpStatusCode.BadGateway, HttpStatusCode.OK]);
        var watch = new TrainingWatch(
            folder.FullName, new TrainingWatchOptions { Webhook = new Uri("http://localhost/hook") }, _ => { }, handler, _clock);
        watch.Validated(20_000);
        _clock.RunUntil(() => handler.Answered == 3, "the third try");
        watch.Dispose();
        Assert.Equal(3, handler.Bodies.Count);
        using var json = JsonDocument.Parse(handler.Bodies[^1]);
        Assert.Equal(("broken", 20_000),
            (json.RootElement.GetProperty("verdict").GetString(), json.RootElement.GetProperty("update").GetInt64()));
        Assert.Equal("diverged", json.RootElement.GetProperty("findings")[0].GetProperty("code").GetString());
        Assert.StartsWith("Broken:", json.RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_webhook_never_holds_the_training_up()
    {
        using var folder = new TemporaryFolder();
        using var handler = new FakeServer([], hang: true);
        var watch = new TrainingWatch(
            folder.FullName, new TrainingWatchOptions { Webhook = new Uri("http://localhost/hook") }, _ => { }, handler, _clock);
        var training = Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                Write(folder, i % 2 == 0 ? Diverging with { Windows = 60 } : Diverging);
                watch.Validated(i);
            }
        });
        await training.WaitAsync(Patience.Long, TestContext.Current.CancellationToken); // while no time passes for who waits to try again
        Patience.Until(() => handler.Asked > 0, "a request");
        var end = Task.Run(watch.Dispose);
        _clock.RunUntil(() => end.IsCompleted, "the end");
        Assert.Equal(0, handler.Answered);
    }

    [Fact]
    public void A_webhook_that_fails_three_times_is_complained_of()
    {
        using var folder = new TemporaryFolder();
        using var handler = new FakeServer([HttpStatusCode.ServiceUnavailable]);
        var said = new ConcurrentQueue<string>();
        Write(folder, Diverging);
        var watch = new TrainingWatch(
            folder.FullName, new TrainingWatchOptions { Webhook = new Uri("http://localhost/hook") }, said.Enqueue, handler, _clock);
        watch.Validated(20_000);
        _clock.RunUntil(() => said.Any(text => text.Contains("the webhook does not answer (status 503)", StringComparison.Ordinal)),
            "the complaint");
        Assert.Equal(3, handler.Answered);
        var end = Task.Run(watch.Dispose);
        _clock.RunUntil(() => end.IsCompleted, "the end");
    }

    private static void Write(TemporaryFolder folder, FakeRun run)
    {
        folder.Write("dict.km.txt", string.Concat(Enumerable.Range(0, 100).Select(i => $"{i} 1\n")));
        folder.Write("metrics.jsonl", run.Text());
    }

    private sealed class FakeServer(IReadOnlyList<HttpStatusCode> answers, bool hang = false) : HttpMessageHandler
    {
        private int _answered;

        public List<string> Bodies { get; } = [];

        public int Answered => Volatile.Read(ref _answered);

        public int Asked
        {
            get
            {
                lock (Bodies)
                    return Bodies.Count;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.NotNull(request.Content!.Headers.ContentLength); // small receivers do not read chunks
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            lock (Bodies)
                Bodies.Add(body);
            if (hang)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            Interlocked.Increment(ref _answered);
            return new HttpResponseMessage(answers[Math.Min(Asked, answers.Count) - 1]);
        }
    }
}
