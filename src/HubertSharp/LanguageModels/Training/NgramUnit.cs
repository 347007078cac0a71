namespace HubertSharp.LanguageModels.Training;

/// <summary>What a language model takes for a word.</summary>
internal enum NgramUnit
{
    /// <summary>What blanks part; with a word list the words of it.</summary>
    Word,

    /// <summary>Each character but the blanks: for Chinese.</summary>
    Char,

    /// <summary>Each character, and <c>|</c> behind every word: the letters of CTC models.</summary>
    Letter,
}
