namespace HubertSharp.Tests.Architecture;

/// <summary>
/// The law of the house: which folders of the sources may know which. Torch at the bottom knows no model; the training engine knows
/// no model either; what trains something knows both.
/// </summary>
internal static class FloorPlan
{
    private const string Library = "src/HubertSharp";

    // a project sees itself and these
    private static readonly Dictionary<string, string[]> s_projects = new(StringComparer.Ordinal)
    {
        ["src/HubertSharp.Runs"] = [], // reads and writes runs without libtorch
        ["src/HubertSharp.Onnx"] = ["src/HubertSharp.Runs"],
        ["src/HubertSharp.Dashboard"] = ["src/HubertSharp.Runs"],
        [Library] = ["src/HubertSharp.Runs"],
        ["src/HubertSharp.Cli"] = ["src/HubertSharp.Runs", "src/HubertSharp.Onnx", "src/HubertSharp.Dashboard", Library],
    };

    // a folder of the library sees itself, what lies below it, and these; a new one has to be entered here
    private static readonly Dictionary<string, string[]> s_folders = new(StringComparer.Ordinal)
    {
        ["Tensors"] = [],
        ["Audio"] = [],
        ["Models"] = ["Tensors", "Audio"], // Audio: the log-mel spectra of the front ends that are not convolutions over samples
        ["Distributed"] = ["Tensors"],
        ["Training"] = ["Tensors", "Distributed", "Audio"],
        // Audio: the clip that a converted model is tried on; Training: the state of a checkpoint, which has one reader
        ["Interop"] = ["Tensors", "Models", "Audio", "Training"],
        // Training: the device and precision that a configuration gets
        ["Features"] = ["Tensors", "Models", "Audio", "Interop", "Training", "Distributed"],
        ["Clustering"] = ["Features", "Audio", "Distributed"], // Audio: vectors turned into lanes, as the spectra turn them
        ["Evaluation"] = ["Tensors", "Models", "Audio", "Interop", "Features", "Clustering", "Distributed"],
        // Features: audio of manifests; Training: the device that is asked for
        ["Decoding"] = ["Tensors", "Models", "Audio", "Interop", "Training", "Features", "LanguageModels"],
        ["Corpora"] = ["Audio"],
        ["LanguageModels"] = [], // reads text and nothing else
        ["Pretraining"] = ["Tensors", "Models", "Training", "Distributed", "Audio", "Interop"],
        ["Finetuning"] = ["Tensors", "Models", "Training", "Distributed", "Audio", "Interop", "Evaluation"], // Evaluation: word errors
        // what a run's checkpoints are worth: measured (Evaluation), and fine-tuned for a short time
        ["Ranking"] = ["Training", "Distributed", "Audio", "Interop", "Evaluation", "Finetuning"],
        // Features: what is frozen; Evaluation: references, errors and intervals
        ["Probing"] = ["Tensors", "Models", "Training", "Distributed", "Interop", "Features", "Evaluation"],
        // Features: the teacher; Evaluation and Decoding: what its codes tell and what a recogniser hears
        ["SpeechTokenizer"] =
        [
            "Tensors", "Models", "Training", "Distributed", "Audio", "Interop", "Features", "Evaluation", "Decoding",
        ],
        // Decoding: the recogniser that hears what tokenizers make of recordings
        ["Pipelines"] =
        [
            "Tensors", "Models", "Training", "Audio", "Interop", "Features", "Clustering", "Evaluation", "Corpora", "Pretraining",
            "Finetuning", "SpeechTokenizer", "Ranking", "Distributed", "Decoding",
        ],
    };

    /// <summary>What one project may not see of another, and does.</summary>
    public static IEnumerable<string> ForbiddenProjects(FolderGraph graph) =>
        graph.Edges.Where(e => Project(e.From) != Project(e.To) && !s_projects[Project(e.From)].Contains(Project(e.To)))
            .Select(graph.Describe);

    /// <summary>What one folder of the library may not see of another, and does.</summary>
    public static IEnumerable<string> ForbiddenFolders(FolderGraph graph) => graph.Edges
        .Where(e => Project(e.From) == Library && Project(e.To) == Library && Top(e.From) != Top(e.To))
        .Where(e => !s_folders.TryGetValue(Top(e.From), out var seen) || !seen.Contains(Top(e.To)))
        .Select(graph.Describe);

    private static string Project(string folder) => string.Join('/', folder.Split('/').Take(2));

    private static string Top(string folder) => folder.Split('/').ElementAtOrDefault(2) ?? "";
}
