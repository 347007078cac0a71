using HubertSharp.Corpora.Debian;

namespace HubertSharp.Tests.Corpora.Debian;

public class PromptTextsTests
{
    [Theory]
    [InlineData("Échec à l'ouverture de session.", "ÉCHEC À L'OUVERTURE DE SESSION")]
    [InlineData("“Toutes les lignes…”  d’agent", "TOUTES LES LIGNES D'AGENT")]
    [InlineData("Нажмите решётку.", "НАЖМИТЕ РЕШЁТКУ")]
    [InlineData("Spiacente, [quello] non è <tono> un interno", "SPIACENTE NON È UN INTERNO")]
    [InlineData("Por favor marque 1 ahora", "")] // whether "uno" or "una" is said is not written
    [InlineData("a [@]", "A")]
    [InlineData("[ascending tones]", "")]
    [InlineData("niño", "NIÑO")]
    public void Prompts_become_words_where_all_of_them_are_written(string text, string words) =>
        Assert.Equal(words, string.Join(' ', PromptTexts.Words(text)));
}
