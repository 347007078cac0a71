using System.Text;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>The alignments that labels and layers are scored against: those beside the corpus' manifests, in one file.</summary>
internal static class ReferenceStage
{
    public static string AlignmentPath(PipelineContext context) => context.At("reference", "alignment.tsv");

    public static bool HasAlignment(PipelineContext context) => File.Exists(AlignmentPath(context));

    /// <summary>What the alignment names, from its header: <c>syllables</c>, <c>phones</c>.</summary>
    public static string Unit(PipelineContext context) =>
        RegularFile.ReadLines(AlignmentPath(context)).First().Split('\t')[^1].Split('(', ':')[0];

    public static Stage Create(PipelineContext context) => new("reference", context.At("reference"))
    {
        Inputs = () =>
        {
            var inputs = new StageInputs().Setting("reference",
                context.Recipe.Evaluation.Reference is "auto" or "none" ? context.Recipe.Evaluation.Reference : "file");
            foreach (var path in Sources(context))
                inputs.File(Path.GetFileName(path), path);
            return inputs;
        },
        Run = _ =>
        {
            var sources = Sources(context);
            if (sources.Count == 0)
            {
                context.Options.Say("  no alignment beside the manifests: labels and layers cannot be scored");
                return [];
            }
            AtomicFile.WriteAllText(AlignmentPath(context), Merge(sources));
            return [AlignmentPath(context)];
        },
    };

    private static List<string> Sources(PipelineContext context) => context.Recipe.Evaluation.Reference switch
    {
        "none" => [],
        "auto" => [.. Directory.EnumerateFiles(context.DataFolder, "*.tsv").Where(AlignmentFile.IsAlignment).Order(StringComparer.Ordinal)],
        var path => [path],
    };

    /// <summary>The lines of all files under the first one's header; an utterance counts once.</summary>
    private static string Merge(IReadOnlyList<string> paths)
    {
        var text = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            AlignmentFile.Read(path); // refuses what is malformed
            foreach (var line in RegularFile.ReadLines(path).Where(l => seen.Add(l.Split('\t')[0])))
                text.Append(line).Append('\n');
        }
        return text.ToString();
    }
}
