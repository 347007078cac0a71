using System.Globalization;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;

namespace HubertSharp.Cli.Output;

/// <summary>
/// The live view of a training run on standard error: one line that rewrites itself on a terminal, a line every ten seconds
/// elsewhere. The loss stands beside chance, so that "6.6" reads as "nothing learned yet".
/// </summary>
internal sealed class PretrainingView : IProgress<TrainingStatus>, IDisposable
{
    private static readonly TimeSpan s_plainInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_terminalInterval = TimeSpan.FromMilliseconds(250);

    private readonly int? _terminalWidth;
    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private long _shown;
    private bool _anyShown;
    private bool _lineOpen;
    private TrainingStatus? _unshown;

    /// <param name="plain">Lines that do not rewrite themselves, even on a terminal.</param>
    public PretrainingView(bool plain)
        : this(Terminal.Live, plain || Console.IsErrorRedirected ? null : Console.WindowWidth, TimeProvider.System)
    {
    }

    internal PretrainingView(TextWriter output, int? terminalWidth, TimeProvider clock)
    {
        _output = output;
        _terminalWidth = terminalWidth;
        _clock = clock;
        _shown = clock.GetTimestamp();
    }

    public void Report(TrainingStatus value)
    {
        lock (_lock)
        {
            var interval = _terminalWidth is null ? s_plainInterval : s_terminalInterval;
            if (_anyShown && _clock.GetElapsedTime(_shown) < interval && value.Update != value.MaxUpdate)
            {
                _unshown = value;
                return;
            }
            _anyShown = true;
            _shown = _clock.GetTimestamp();
            Show(value);
        }
    }

    public void WriteLine(string text)
    {
        lock (_lock)
        {
            CloseLine();
            _output.WriteLine(PrintableText.Message(text));
        }
    }

    /// <summary>The status as one line without colours.</summary>
    public static string Line(TrainingStatus s) => string.Create(CultureInfo.InvariantCulture,
        $"update {s.Update}/{s.MaxUpdate} · epoch {s.Epoch} · {Loss(s)} · gnorm {Counted.Measured(s["gnorm"])} · lr {s.LearningRate:G3} · "
        + $"{Counted.Measured(s.AudioSecondsPerSecond)} audio-s/s "
        + $"· {Time(s.Left)} left");

    // transcripts have symbols, label sets have chance, tokenizers a rate of frames even where every update was skipped
    private static string Loss(TrainingStatus s) => s.Metrics.ContainsKey("frame_rate")
        ? string.Create(CultureInfo.InvariantCulture, $"mel error {s["mel_error"]:F3} · distillation {s["distill"]:F3}")
        : s.Metrics.ContainsKey("ntokens")
        ? string.Create(CultureInfo.InvariantCulture,
            $"CTC loss {(s.Metrics.ContainsKey("nll_loss") ? s["nll_loss"] : s["loss"]):F2} bits per symbol")
        : string.Create(CultureInfo.InvariantCulture,
            $"masked loss {LossPerFrame.Masked(key => s[key]):F2} bits (chance {s["chance_bits"]:F2}) · ")
            + string.Create(CultureInfo.InvariantCulture, $"accuracy {100 * s["correct_m_0"]:0.0}%");

    private void Show(TrainingStatus status)
    {
        _unshown = null;
        if (_terminalWidth is not { } width)
        {
            _output.WriteLine(Line(status));
            return;
        }
        var line = Line(status);
        if (line.Length >= width)
            line = line[..Math.Max(20, width - 1)]; // cut, because a wrapped line cannot rewrite itself
        _output.Write($"\r\u001b[2K{line}");
        _lineOpen = true;
    }

    private void CloseLine()
    {
        if (_lineOpen)
            _output.WriteLine();
        _lineOpen = false;
    }

    private static string Time(TimeSpan left) => left.TotalHours >= 1
        ? $"{(int)left.TotalHours} h {left.Minutes:D2} min"
        : left.TotalMinutes >= 1 ? $"{left.Minutes} min {left.Seconds:D2} s" : $"{left.Seconds} s";

    public void Dispose()
    {
        lock (_lock)
        {
            if (_unshown is { } last)
                Show(last); // an end before the time: the last line says where it came
            CloseLine();
        }
    }
}
