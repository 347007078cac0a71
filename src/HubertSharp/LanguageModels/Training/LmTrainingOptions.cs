namespace HubertSharp.LanguageModels.Training;

/// <summary>What to train a language model on, and how; names in parentheses are lmplz's.</summary>
internal sealed record LmTrainingOptions
{
    /// <summary>Text files, plain or packed by gzip; <c>-</c> is standard input.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>The model to write: ARPA, packed where it ends in .gz, or the binary form.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Whether the binary form is written.</summary>
    public bool Binary { get; init; }

    /// <summary>Words of the longest n-grams (-o).</summary>
    public int Order { get; init; } = 3;

    /// <summary>What a word is.</summary>
    public NgramUnit Unit { get; init; }

    /// <summary>Words that texts without blanks are made of.</summary>
    public string? WordListPath { get; init; }

    /// <summary>N-grams that occur so often or less are left out, by order; the last counts for all longer ones (--prune).</summary>
    public IReadOnlyList<long> Prune { get; init; } = [];

    /// <summary>Discounts where the counts allow no estimate (--discount_fallback); null refuses.</summary>
    public IReadOnlyList<double>? DiscountFallback { get; init; }

    /// <summary>Unigrams are mixed with the uniform distribution; otherwise all that is left is the unknown word's
    /// (--interpolate_unigrams).</summary>
    public bool InterpolateUnigrams { get; init; } = true;

    /// <summary>What sorting may hold (-S); the words themselves come on top.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;
}
