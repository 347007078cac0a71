using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Runs.Recipes;

/// <summary>What a pipeline runs: a corpus, one pre-training after the other, and what is measured at the end.</summary>
public sealed record Recipe
{
    /// <summary>Title of the report.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// A corpus that <c>hubert corpus get</c> knows, or a folder with <c>train.tsv</c> and <c>valid.tsv</c>; empty for that of
    /// <see cref="Start"/>.
    /// </summary>
    public required string Corpus { get; init; }

    /// <summary>
    /// The folder of a pipeline that has come to its end: its corpus and its last model are taken, and nothing is pre-trained here. Null
    /// where the recipe has iterations of its own.
    /// </summary>
    public string? Start { get; init; }

    /// <summary>Seed of the corpus and of k-means; the configurations have their own <c>common.seed</c>.</summary>
    public long Seed { get; init; } = 1337;

    /// <summary>The pre-trainings, in their order.</summary>
    public required IReadOnlyList<RecipeIteration> Iterations { get; init; }

    public RecipeEvaluation Evaluation { get; init; } = new();

    /// <summary>The fine-tuning of the last model on the corpus's transcripts; null for none.</summary>
    public RecipeFinetuning? Finetuning { get; init; }

    /// <summary>Tokenizers that are trained on the last model's features; null for none.</summary>
    public RecipeTokenizers? Tokenizers { get; init; }
}

/// <summary>A fine-tuning with CTC, the last thing that is trained.</summary>
public sealed record RecipeFinetuning
{
    /// <summary>
    /// Folder with <c>train.ltr</c>, <c>valid.ltr</c> and <c>dict.ltr.txt</c>; null makes them of the transcripts beside the manifests
    /// (<c>train.wrd</c>).
    /// </summary>
    public string? Labels { get; init; }

    /// <summary>Symbols of labels that are made.</summary>
    public TextUnits Units { get; init; } = TextUnits.Letters;

    /// <summary>What becomes of digits in labels that are made; null for what suits the units.</summary>
    public TextPolicy? Digits { get; init; }

    /// <summary>A bundled configuration of <c>hubert finetune</c>, or a YAML file.</summary>
    public string Config { get; init; } = "finetune_small_cpu";

    /// <summary><c>key=value</c>, as on the command line of <c>hubert finetune</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];
}

/// <summary>One pre-training: what is clustered, into how many clusters, and the configuration that learns them.</summary>
public sealed record RecipeIteration
{
    /// <summary><c>mfcc</c>, or <c>hubert</c> for a layer of the iteration before.</summary>
    public required string Features { get; init; }

    /// <summary>The layer of the iteration before, counted from 1; null for MFCCs.</summary>
    public int? Layer { get; init; }

    public required int Clusters { get; init; }

    /// <summary>k-means starts from different seeds, the best of which is kept.</summary>
    public int Starts { get; init; } = 20;

    /// <summary>Labels per second: 100 for MFCCs, 50 for a HuBERT layer.</summary>
    public required double LabelRate { get; init; }

    /// <summary>A bundled configuration or a YAML file; a relative path is taken from the recipe's folder.</summary>
    public required string Config { get; init; }

    /// <summary>Go on from the weights of the iteration before, with new heads; fresh random weights otherwise, as in the paper.</summary>
    public bool StartsFromPrevious { get; init; }

    /// <summary><c>key=value</c>, as on the command line of <c>hubert pretrain</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];
}

/// <summary>What is measured at the end.</summary>
public sealed record RecipeEvaluation
{
    /// <summary>
    /// <c>auto</c> (the alignments that lie beside the corpus' manifests, if any), <c>none</c>, or an alignment file; relative
    /// paths are taken from the recipe's folder.
    /// </summary>
    public string Reference { get; init; } = "auto";

    /// <summary>Layers of each model that are clustered and scored; empty means all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Clusters of each layer in the comparison.</summary>
    public int Clusters { get; init; } = 100;

    /// <summary>Updates between the checkpoints that are kept and scored, for the curve of worth; 0 for none.</summary>
    public int Every { get; init; }

    /// <summary>Fit the linear probe on each of these checkpoints too, where <see cref="Probe"/> is asked for.</summary>
    public bool CurveProbe { get; init; } = true;

    /// <summary>Updates of a short fine-tuning of each of these checkpoints; 0 for none.</summary>
    public int FinetuneUpdates { get; init; }

    /// <summary>Fit the linear probe on frozen features, MFCCs and an untrained model.</summary>
    public bool Probe { get; init; } = true;
}
