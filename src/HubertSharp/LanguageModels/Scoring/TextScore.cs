namespace HubertSharp.LanguageModels.Scoring;

/// <summary>What a model says of a text. The end of a sentence counts as a word in perplexities.</summary>
/// <param name="Sentences">Its lines.</param>
/// <param name="Words">Its words.</param>
/// <param name="Unknown">Words that the model does not know.</param>
/// <param name="Log10">log10 of its probability.</param>
/// <param name="Log10Unknown">What the unknown words make of that.</param>
internal sealed record TextScore(long Sentences, long Words, long Unknown, double Log10, double Log10Unknown)
{
    /// <summary>Over all words.</summary>
    public double Perplexity => Math.Pow(10, -Log10 / (Words + Sentences));

    /// <summary>Over the words that the model knows.</summary>
    public double PerplexityOfKnown => Math.Pow(10, -(Log10 - Log10Unknown) / (Words + Sentences - Unknown));
}

/// <summary>What a model says of a sentence.</summary>
/// <param name="Text">The line.</param>
/// <param name="Log10">log10 of its probability, with its beginning and end.</param>
/// <param name="Words">How many words.</param>
/// <param name="Unknown">Of them unknown.</param>
/// <param name="ByWord">Each word and the end, where asked for.</param>
internal sealed record SentenceScore(string Text, double Log10, int Words, int Unknown, IReadOnlyList<WordScore>? ByWord);

/// <summary>What a model says of a word behind those before it.</summary>
/// <param name="Word">The word.</param>
/// <param name="Log10">log10 of its probability.</param>
/// <param name="Matched">Words of the n-gram that was found.</param>
/// <param name="IsUnknown">The model does not know it.</param>
internal sealed record WordScore(string Word, double Log10, int Matched, bool IsUnknown);
