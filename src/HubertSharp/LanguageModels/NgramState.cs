namespace HubertSharp.LanguageModels;

/// <summary>
/// The words before the next one, as far as they can change its probability: two histories of which the model knows the same are the same
/// state, as in KenLM, and so states of a decoder merge.
/// </summary>
/// <param name="Length">How many words; 0 knows nothing.</param>
/// <param name="Node">Their n-gram's place among those of its order; 0 where there are none.</param>
internal readonly record struct NgramState(int Length, uint Node);
