using System.Text;
using HubertSharp.Runs.Doctor;

namespace HubertSharp.Tests.Doctor.Findings;

/// <summary>Healthy curves of every size, in every toolkit's form: none may raise an alarm, whatever their noise does.</summary>
public class HealthyRunTests
{
    private sealed record Run(int Lines, int Interval, int Clusters, double Noise, double EndLevel, int Seed, string Toolkit, int Cut)
    {
        public long Total => (long)Lines * Interval;
    }

    [Fact]
    public void Healthy_runs_raise_no_alarm()
    {
        using var folder = new TemporaryFolder();
        var alarms = new List<string>();
        var normal = 0;
        var count = int.TryParse(Environment.GetEnvironmentVariable("HUBERTSHARP_HEALTHY_RUNS"), out var more) ? more : 400;
        for (var seed = 0; seed < count; seed++)
        {
            var run = Draw(new Random(seed), seed);
            var name = run.Toolkit is "csv" or "lightning" ? "run.csv" : "run.log";
            var report = LossDoctor.Examine(DoctorInput.Read(folder.Write(name, Text(run)),
                new DoctorOptions { Clusters = seed % 2 == 0 ? run.Clusters : null }));
            normal += report.Verdict == LossVerdict.Normal ? 1 : 0;
            if (report.Verdict is LossVerdict.Watch or LossVerdict.Broken)
                alarms.Add($"{run}: " + string.Join(
                    "; ", report.Findings.Where(f => f.Level > FindingLevel.Info).Select(f => $"{f.Code}: {f.Seen}")));
        }
        Assert.True(alarms.Count == 0, $"{alarms.Count} alarms, {normal} normal:\n{string.Join('\n', alarms.Take(40))}");
        Assert.True(normal > count / 2, $"only {normal} of {count} are normal");
    }

    private static Run Draw(Random random, int seed) => new(
        random.Next(5, 900), Pick(random, 1, 10, 50, 200, 1000), Pick(random, 50, 100, 500, 2000),
        0.002 + (0.3 * random.NextDouble() * random.NextDouble()), 0.38 + (0.22 * random.NextDouble()), seed,
        Pick(random, "fairseq", "espnet", "icefall", "lightning", "csv"), random.Next(1, 101));

    private static T Pick<T>(Random random, params T[] from) => from[random.Next(from.Length)];

    // Guessing while the rate warms up, then a fall with the logarithm of the updates; noise, a penalty at the start, spikes that heal.
    private static string Text(Run run)
    {
        var random = new Random(run.Seed);
        var chance = Math.Log2(run.Clusters + (run.Toolkit is "espnet" or "lightning" ? 0 : 4));
        var text = new StringBuilder(ToolkitLines.Header(run.Toolkit));
        var peak = 5e-4 * (0.5 + random.NextDouble());
        var leaves = 80.0 + (0.002 * run.Total); // updates at which it leaves the frequencies
        for (var i = 1; i <= Math.Max(1, run.Lines * run.Cut / 100); i++)
        {
            var update = (long)i * run.Interval;
            var learnt = update <= leaves ? 0 : Math.Log(update / leaves) / Math.Log(Math.Max(2, run.Total / leaves));
            var masked = chance + 0.05 - (0.15 * Math.Min(1, update / leaves)) - ((1 - run.EndLevel) * chance * Math.Min(1, learnt))
                + (run.Noise * Normal(random));
            var spike = random.Next(300) == 0 ? 2 : 0;
            var penalty = 2.5 * (60 / (double)run.Interval) * (1 - Math.Exp(-run.Interval / 60.0))
                * Math.Exp(-(update - run.Interval) / 60.0);
            var accuracy = Math.Clamp(0.42 * learnt, 0.01, 0.6) * (1 + ((0.02 + (2 * run.Noise)) * Normal(random)));
            var rate = peak * Math.Min(1, update / (0.08 * run.Total)) * Math.Min(1, (run.Total - update) / (0.92 * run.Total));
            text.Append(ToolkitLines.Line(run.Toolkit, run.Interval, update, masked + spike, masked, penalty, accuracy, rate,
                0.5 + (0.3 * random.NextDouble())));
        }
        return text.ToString();
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
