using System.Text;

namespace HubertSharp.Corpora.Pieces;

/// <summary>
/// File names of utterances and recordings whose names come from others: nothing leads out of the folder, nothing is hidden, nothing
/// cannot stand in a manifest, and no two are the same.
/// </summary>
internal sealed class PieceNames
{
    private const int MostBytes = 120; // of one part of a path: the file system takes 255, and an ending comes behind
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase); // some disks know no case

    /// <summary>A free name with this ending; of two that come out the same the second gets a number.</summary>
    public string Take(string name, string ending)
    {
        var safe = Of(name);
        for (var number = 1; ; number++)
        {
            var path = (number == 1 ? safe : $"{safe}_{number}") + ending;
            if (_taken.Add(path))
                return path;
        }
    }

    /// <summary>The name with everything in it that is no letter, digit, or one of <c>_ - . = + , @</c> replaced.</summary>
    public static string Of(string name)
    {
        var parts = name.Split('/', '\\').Where(part => part.Length > 0).Select(Part).ToArray();
        return parts.Length == 0 ? "_" : string.Join('/', parts);
    }

    private static string Part(string part)
    {
        var safe = new StringBuilder();
        var bytes = 0;
        foreach (var rune in part.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MostBytes)
                break;
            safe.Append(Rune.IsLetterOrDigit(rune) || "_-.=+,@".Contains(rune.ToString(), StringComparison.Ordinal)
                ? rune.ToString()
                : "_");
        }
        if (safe[0] == '.')
            safe[0] = '_';
        return safe.ToString();
    }
}
