using System.Buffers.Text;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>What programs write beside their metrics: overflows, updates left out, checkpoints loaded.</summary>
internal sealed class TrainingNotes
{
    private const int Rapid = 5;
    private const int RapidSeconds = 600;
    private readonly Queue<int> _times = new(); // of the last updates left out, in seconds of the day

    /// <summary>Notes of overflows that lowered the loss scale.</summary>
    public long Overflows { get; private set; }

    /// <summary>Lowest, first and last loss scale that such notes name.</summary>
    public double? LowestScale { get; private set; }

    public double? FirstScale { get; private set; }

    public double? LastScale { get; private set; }

    /// <summary>The program gave up because the loss scale could not be lowered any more.</summary>
    public bool ScaleExhausted { get; private set; }

    /// <summary>Updates that were left out because loss or gradients were not finite.</summary>
    public long Skipped { get; private set; }

    /// <summary>The most of them with no line of metrics in between.</summary>
    public long LongestStreak { get; private set; }

    /// <summary>Those at the end, with no line of metrics behind them.</summary>
    public long StreakNow { get; private set; }

    /// <summary>Five of them within ten minutes, after the run had got going.</summary>
    public bool AreRapid { get; private set; }

    /// <summary>Checkpoints that were loaded.</summary>
    public long Loads { get; private set; }

    public bool AreAny => Overflows + Skipped > 0 || ScaleExhausted;

    private bool HasMetrics { get; set; }

    public void MetricsSeen() => (HasMetrics, StreakNow) = (true, 0);

    /// <summary>Takes a line; false where it notes nothing of the kind.</summary>
    public bool Read(ReadOnlySpan<byte> line)
    {
        // "overflow detected, setting loss scale to: 64.0"; apex: "Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to
        // 32768.0"; DeepSpeed: "OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768"
        if (line.IndexOf("verflow detected"u8) >= 0
            || line.IndexOf("radient overflow"u8) >= 0
            || (line.IndexOf("OVERFLOW!"u8) >= 0 && line.IndexOf("loss scale"u8) >= 0))
            Overflow(line);
        else if (line.IndexOf("inimum loss scale reached"u8) >= 0
            || line.IndexOf("grad_scale is too small, exiting"u8) >= 0
            || line.IndexOf("loss scale already at minimum"u8) >= 0)
            ScaleExhausted = true;
        else if (IsSkip(line))
            Skip(line);
        else if (IsLoad(line))
            Loads++;
        else
            return false;
        return true;
    }

    private static bool IsSkip(ReadOnlySpan<byte> line) =>
        line.IndexOf("he grad norm is nan"u8) >= 0
        || line.IndexOf("he grad norm is inf"u8) >= 0
        || (line.IndexOf("kip"u8) >= 0
            && (Has(line, "nan") || Has(line, "inf") || Has(line, "non-finite") || Has(line, "not finite"))
            && (line.IndexOf("grad"u8) >= 0 || line.IndexOf("Grad"u8) >= 0 || line.IndexOf("oss"u8) >= 0));

    // "Loaded checkpoint x.pt (epoch 26 @ 50000 updates)", "Loading checkpoint from exp/epoch-3.pt", "Restored all states from the
    // checkpoint", "The training was resumed using exp/checkpoint.pth", "Continuing training from checkpoint"
    private static bool IsLoad(ReadOnlySpan<byte> line) =>
        line.IndexOf("oaded checkpoint"u8) >= 0
        || line.IndexOf("oading checkpoint from"u8) >= 0
        || line.IndexOf("oad checkpoint from"u8) >= 0
        || line.IndexOf("estored all states from"u8) >= 0
        || line.IndexOf("estoring states from"u8) >= 0
        || line.IndexOf("raining was resumed"u8) >= 0
        || line.IndexOf("esuming training"u8) >= 0
        || line.IndexOf("esuming from"u8) >= 0
        || line.IndexOf("esumed from"u8) >= 0
        || line.IndexOf("ontinuing training from"u8) >= 0
        || line.IndexOf("going on from update "u8) >= 0;

    private void Overflow(ReadOnlySpan<byte> line)
    {
        Overflows++;
        if (!LogNumber.TryFindAfter(line, "setting loss scale to"u8, out var scale)
            && !LogNumber.TryFindAfter(line, "reducing loss scale to"u8, out scale)
            && !LogNumber.TryFindAfter(line, "reducing to"u8, out scale))
            return;
        (FirstScale, LastScale, LowestScale) = (FirstScale ?? scale, scale, Math.Min(LowestScale ?? scale, scale));
    }

    private void Skip(ReadOnlySpan<byte> line)
    {
        Skipped++;
        StreakNow++;
        LongestStreak = Math.Max(LongestStreak, StreakNow);
        // a scale that is looked for skips a handful at the very start
        if ((!HasMetrics && Skipped <= 2 * Rapid) || TimeOf(line) is not { } time)
            return;
        _times.Enqueue(time);
        if (_times.Count < Rapid)
            return;
        AreRapid |= (time - _times.Dequeue() + 86_400) % 86_400 <= RapidSeconds;
    }

    // "10:11:12" near the line's start
    private static int? TimeOf(ReadOnlySpan<byte> line)
    {
        for (var at = line.IndexOf((byte)':'); at >= 2 && at < Math.Min(line.Length - 5, 80); at++)
        {
            if (line[at] == ':'
                && line[at + 3] == ':'
                && Two(line[(at - 2)..]) is < 24 and var hours
                && Two(line[(at + 1)..]) is < 60 and var minutes
                && Two(line[(at + 4)..]) is < 60 and var seconds)
                return (3600 * hours) + (60 * minutes) + seconds;
        }
        return null;
    }

    private static int? Two(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && Utf8Parser.TryParse(text[..2], out int value, out var read) && read == 2 ? value : null;

    // a word of its own, in any case
    private static bool Has(ReadOnlySpan<byte> line, string word)
    {
        for (var at = 0; at + word.Length <= line.Length; at++)
        {
            var i = 0;
            while (i < word.Length && (line[at + i] | 0x20) == (word[i] | 0x20))
                i++;
            if (i == word.Length
                && (at == 0 || !char.IsAsciiLetterOrDigit((char)line[at - 1]))
                && (at + i == line.Length || !char.IsAsciiLetterOrDigit((char)line[at + i])))
                return true;
        }
        return false;
    }
}
