using HubertSharp.Runs;

namespace HubertSharp.Pipelines;

internal static class PipelineFaults
{
    public static UserException NoSuchStage(string name, string? nearest, IEnumerable<string> names) =>
        UserException.Create($"no stage '{name}'{(nearest is null ? "" : $", did you mean '{nearest}'?")}", "--force",
            $"one of {string.Join(", ", names)}");

    public static UserException NoCorpus(string corpus, string? nearest, IEnumerable<string> names) =>
        UserException.Create(nearest is null ? "no such corpus" : $"no such corpus, did you mean '{nearest}'?", corpus,
            $"{string.Join(" or ", names)}, or a folder with train.tsv and valid.tsv, or a folder of audio",
            next: "check the recipe's 'corpus'");

    public static UserException NoValid(string folder) =>
        UserException.Create("no valid.tsv", folder,
            next: "hold out some utterances: 'hubert manifest' with --valid-percent, or split train.tsv");

    public static UserException NoTranscripts(string manifest, string transcripts) =>
        UserException.Create("no transcripts to fine-tune on", manifest, $"{transcripts}, one text per line in its order", "none",
            "write them, name labels of your own in the recipe (finetune: labels: DIR), or leave 'finetune' out");

    public static UserException NoLabels(string path) =>
        UserException.Create("no labels to fine-tune on", path, "labels as 'hubert labels text' makes them", "nothing",
            "check the recipe's finetune: labels");

    public static UserException NoStart(string folder, string found) =>
        UserException.Create("no pipeline to go on from", folder, "the folder of one that has come to its end", found,
            "run it first, such as 'hubert pipeline small-cpu --out runs/small-cpu', or give another one with start=DIR");

    public static UserException NoStartCorpus(string folder, string found) =>
        UserException.Create(
            "the recordings of the pipeline to go on from are not where they were", folder, "a folder with train.tsv", found,
            "give them with corpus=DIR");

    public static UserException NoChosenLayer(string model) =>
        UserException.Create("which layer is best was not measured", model, "an evaluation that chose one", "none",
            "name the layer: tokenizers.layer=6");

    public static UserException LabelRate(int iteration, string features, double expected, double found) =>
        UserException.Create($"label_rate of iteration {iteration}", found: $"{found}",
            expected: $"{expected}, the rate of its {features} features",
            next: "correct it in the recipe, or leave it out");
}
