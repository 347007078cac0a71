using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// What programs call the number of updates: <c>num_updates</c>, <c>trainer/global_step</c>, <c>iterations</c>, <c>步数</c>.
/// </summary>
internal static class StepName
{
    /// <summary>Of several in one line the lowest counts; null where the name is none of them.</summary>
    public static int? RankOf(ReadOnlySpan<byte> name) =>
        name.Length > 64 || !MayBeOne(name) ? null : RankOf(Encoding.UTF8.GetString(name));

    // most names of a log are none: seen without a string, for this is asked of each in every line
    private static bool MayBeOne(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i + 2 < name.Length; i++)
        {
            if (name[i] >= 0x80)
                return true;
            var (a, b, c) = (name[i] | 0x20, name[i + 1] | 0x20, name[i + 2] | 0x20);
            if ((a == 't' && b == 'e' && c is 'p' or 'r') || (a == 'i' && b == 't' && c == 'r') || (a == 'p' && b == 'd' && c == 'a')
                || (a == 'r' && b == 'i' && c == 't'))
                return true;
        }
        return false;
    }

    /// <inheritdoc cref="RankOf(ReadOnlySpan{byte})"/>
    public static int? RankOf(string name)
    {
        name = LocalName.InEnglish(name.Trim().Trim('"').Trim().ToLowerInvariant());
        var last = name[(name.LastIndexOf('/') + 1)..].Replace(' ', '_').Replace('-', '_');
        if (last.Length != name.Length && name.Contains("val", StringComparison.Ordinal))
            return null; // "eval/step"
        return last switch
        {
            "num_updates" or "nupdates" or "n_updates" or "nb_updates" or "updates" or "update" => 0,
            // W&B's own "_step" counts what was logged; Lightning and the Trainer log the updates beside it
            "global_step" or "global_steps" or "globalstep" => 1,
            "step" or "steps" or "train_step" or "train_steps" or "training_step" or "training_steps" or "optimizer_step" => 2,
            "iteration" or "iterations" or "iter" or "iters" or "itr" or "n_iter" or "num_iters" => 3,
            "_step" => 4,
            _ => null,
        };
    }
}
