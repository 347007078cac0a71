using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding.Flashlight;

/// <summary>flashlight's decoder without a lexicon: the language model is one of tokens, asked at each new one.</summary>
internal sealed class FlashlightTokenSearch(CtcAlphabet alphabet, int silence, SearchOptions options, WordHistories histories)
    : FlashlightSearch(alphabet, silence, options, histories)
{
    protected override void Extend(in FlashlightState state, int index, ReadOnlySpan<float> row)
    {
        foreach (var token in Top.Tokens)
        {
            if (token != Alphabet.Blank && (token != state.Token || state.IsBlank))
            {
                var history = Histories.Next(state.History, token);
                Propose(state, index, token, row[token], OfSilence(token), Histories.Score(history), history);
            }
            else
            {
                Propose(state, index, token, row[token], OfSilence(token), 0, state.History, isBlank: token == Alphabet.Blank);
            }
        }
    }
}
