namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>Takes <c>key=value</c> pairs between commas, and <c>key value</c> pairs between bars, into a sample.</summary>
internal static class KeyValues
{
    /// <summary><c>loss=6.9, ppl=120.1, lr=0.0002</c>; what follows a number (<c>%</c>, a running mean) is ignored.</summary>
    public static void ReadCommas(ReadOnlySpan<byte> text, NameTable names, LogSample sample)
    {
        while (text.Length > 0)
        {
            var comma = text.IndexOf((byte)',');
            var pair = comma < 0 ? text : text[..comma];
            text = comma < 0 ? default : text[(comma + 1)..];
            var equals = pair.IndexOf((byte)'=');
            if (equals <= 0)
                continue;
            var key = pair[..equals].Trim((byte)' ');
            key = key[(key.LastIndexOf((byte)' ') + 1)..]; // "[12:31<00:10, 1.2it/s, loss=" has a clean key; "frames. ], x=" has not
            if (LogNumber.TryParse(pair[(equals + 1)..], out var value))
                sample.Set(names.Find(key), value);
        }
    }

    /// <summary><c>epoch 001 | loss 6.9 | num_updates 479 | lr 7.4e-06</c>.</summary>
    public static void ReadBars(ReadOnlySpan<byte> text, NameTable names, LogSample sample)
    {
        while (text.Length > 0)
        {
            var bar = text.IndexOf((byte)'|');
            var pair = (bar < 0 ? text : text[..bar]).Trim((byte)' ');
            text = bar < 0 ? default : text[(bar + 1)..];
            var space = pair.LastIndexOf((byte)' ');
            if (space <= 0 || pair[..space].Contains((byte)' '))
                continue;
            if (LogNumber.TryParse(pair[(space + 1)..], out var value))
                sample.Set(names.Find(pair[..space]), value);
        }
    }
}
