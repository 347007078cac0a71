using System.Globalization;
using System.Text;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Tests.Doctor;

/// <summary>Writes the log of a made-up run as fairseq does with <c>log_format: json</c>, and lets the doctor see it.</summary>
internal sealed record FakeRun
{
    public int Windows { get; init; } = 100;

    public int UpdatesPerWindow { get; init; } = 200;

    /// <summary>Masked loss by window.</summary>
    public required Func<int, double> Loss { get; init; }

    public Func<int, double> Penalty { get; init; } = i => 2.2 * Math.Exp(-2 * i);

    public Func<int, double> Gradient { get; init; } = _ => 1;

    public Func<int, double>? Accuracy { get; init; } = _ => 0.2;

    public Func<int, double> Rate { get; init; } = i => 5e-4 * Math.Min(1, (i + 1) / 160.0);

    public Func<int, double>? Scale { get; init; }

    /// <summary>Validation loss every tenth window.</summary>
    public Func<int, double>? Valid { get; init; }

    public Func<int, double> TrainWall { get; init; } = _ => 100;

    public double UpdatesPerSecond { get; init; } = 2;

    public string Prefix { get; init; } = "[2023-05-01 10:00:00,123][train_inner][INFO] - ";

    /// <summary>Noise of the loss, peak to peak.</summary>
    public double Noise { get; init; } = 0.02;

    public DoctorContext Context { get; init; } = new()
    {
        Clusters = 100,
        ClustersFrom = "dict.km.txt",
        LabelEntropyBits = 6.43,
        MaxUpdate = 400_000,
    };

    public LossReport Examine(ReportLanguage language = ReportLanguage.English)
    {
        using var folder = new TemporaryFolder();
        var series = MetricsSeries.Read(folder.Write("train.log", Text()));
        return LossDoctor.Examine(series, Context.With(series), language);
    }

    public string Text()
    {
        var random = new Random(5);
        var text = new StringBuilder();
        for (var i = 0; i < Windows; i++)
        {
            var masked = Loss(i) + (Noise * (random.NextDouble() - 0.5));
            var total = masked + Penalty(i);
            text.Append(Prefix)
                .Append(CultureInfo.InvariantCulture,
                    $"{{\"epoch\": 1, \"update\": {i * 0.1:0.###}, \"loss\": \"{N(total)}\", \"count_m_0\": \"56000\", \"loss_m_0\": "
                    + $"\"{N(masked)}\", \"loss_features_pen\": \"{N(Penalty(i))}\"");
            if (Accuracy is not null)
                text.Append(CultureInfo.InvariantCulture,
                    $", \"correct_m_0\": \"{N(Accuracy(i))}\", \"correct_u_0\": \"{N(Accuracy(i) / 2)}\"");
            text.Append(CultureInfo.InvariantCulture,
                $", \"ppl\": \"{N(Math.Pow(2, total))}\", \"ups\": \"{N(UpdatesPerSecond)}\", \"num_updates\": "
                + $"\"{(i + 1) * UpdatesPerWindow}\", \"lr\": \"{Rate(i):0.0000e+00}\", \"gnorm\": \"{N(Gradient(i))}\"");
            if (Scale is not null)
                text.Append(CultureInfo.InvariantCulture, $", \"loss_scale\": \"{N(Scale(i))}\"");
            text.Append(CultureInfo.InvariantCulture, $", \"train_wall\": \"{N(TrainWall(i))}\"}}\n");
            if (Valid is not null && i % 10 == 9)
                text.Append(CultureInfo.InvariantCulture,
                    $"[2023-05-01 10:00:00,123][valid][INFO] - {{\"epoch\": 1, \"valid_loss\": \"{N(Valid(i))}\", \"valid_loss_m_0\": "
                    + $"\"{N(Valid(i))}\", \"valid_num_updates\": \"{(i + 1) * UpdatesPerWindow}\"}}\n");
        }
        return text.ToString();
    }

    private static string N(double value) => double.IsNaN(value) ? "nan" : value.ToString("0.######", CultureInfo.InvariantCulture);
}
