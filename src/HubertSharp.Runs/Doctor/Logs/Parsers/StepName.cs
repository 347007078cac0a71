using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// What programs call the number of updates: <c>num_updates</c>, <c>trainer/global_step</c>, <c>iterations</c>, <c>步数</c>.
/// </summary>
internal static class StepName
{
    /// <summary>Of several in one line the lowest counts; null where the name is none of them.</summary>
    public static int? RankOf(ReadOnlySpan<byte> name) => name.Length > 64 ? null : RankOf(Encoding.UTF8.GetString(name));

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
