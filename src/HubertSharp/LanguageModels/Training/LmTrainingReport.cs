namespace HubertSharp.LanguageModels.Training;

/// <summary>What was trained.</summary>
/// <param name="Model">The file.</param>
/// <param name="Sentences">Lines of the texts.</param>
/// <param name="Tokens">Words of the texts.</param>
/// <param name="Types">Different words, with <c>&lt;unk&gt;</c>, <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>.</param>
/// <param name="Orders">By order.</param>
internal sealed record LmTrainingReport(string Model, long Sentences, long Tokens, int Types, IReadOnlyList<LmOrderReport> Orders);

/// <summary>One order of it.</summary>
/// <param name="Order">Words of its n-grams.</param>
/// <param name="Ngrams">Different ones in the texts.</param>
/// <param name="Kept">Those in the model.</param>
/// <param name="D1">Discount of what was counted once.</param>
/// <param name="D2">Twice.</param>
/// <param name="D3Plus">More often.</param>
/// <param name="IsFallback">The discounts were given, because the counts allow no estimate.</param>
internal sealed record LmOrderReport(int Order, long Ngrams, long Kept, double D1, double D2, double D3Plus, bool IsFallback);
